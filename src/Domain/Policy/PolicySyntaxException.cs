using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>A line of a policy cannot be read.</summary>
/// <param name="file">The path of the file.</param>
/// <param name="line">The line, from 1.</param>
/// <param name="problem">The words of the original.</param>
/// <param name="column">The column, from 1; 0 when the whole line is meant.</param>
/// <param name="expected">What could stand there.</param>
public sealed class PolicySyntaxException(string file, int line, string problem, int column, string expected)
    : PolicyException(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {problem}"))
{
    /// <summary>The path of the file.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong, without its place.</summary>
    public string Problem { get; } = problem;

    /// <summary>The column, from 1; 0 when the whole line is meant.</summary>
    public int Column { get; } = column;

    /// <summary>What could stand there.</summary>
    public string Expected { get; } = expected;

    /// <inheritdoc/>
    public override string ClassName => "PolicySyntaxError";
}
