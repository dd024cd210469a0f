namespace Qubes.Cqrs.Projections;

/// <summary>A store <c>qubes.xml</c> cannot be read; nothing of it is taken.</summary>
public sealed class QubesXmlException(QubesXmlFault fault, int line, string reason, Exception? inner = null)
    : Exception($"qubes.xml, line {line}: {reason}", inner)
{
    /// <summary>The kind of fault.</summary>
    public QubesXmlFault Fault { get; } = fault;

    /// <summary>The line it was found in, from 1; 0 when it concerns the file as a whole.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong, in the original's words where it has some.</summary>
    public string Reason { get; } = reason;
}
