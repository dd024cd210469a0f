namespace Qubes.Cqrs.Api;

/// <summary>A refusal as the documentation has it, or a reference to a group of them.</summary>
/// <param name="ClassName">The wire name; empty for a reference.</param>
/// <param name="Text">The text, <c>&lt;…&gt;</c> for what varies; the name of the group for a reference.</param>
internal sealed record DocumentedError(string ClassName, string Text)
{
    /// <summary>Whether it stands for a group of refusals that several calls share.</summary>
    internal bool IsGroup => ClassName.Length == 0;

    /// <summary>Reads <c>Class: text</c> or <c>(group)</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    internal static DocumentedError Parse(string line)
    {
        if (line is ['(', .. var group, ')'])
        {
            return new DocumentedError("", group);
        }

        var end = line.IndexOf(": ", StringComparison.Ordinal);
        return end > 0 ? new DocumentedError(line[..end], line[(end + 2)..]) : throw new FormatException($"neither 'Class: text' nor '(group)': {line}");
    }
}
