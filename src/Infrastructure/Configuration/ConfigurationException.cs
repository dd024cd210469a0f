namespace Qubes.Cqrs.Infrastructure;

/// <summary>A configuration file says something that is not understood.</summary>
/// <param name="file">The file.</param>
/// <param name="line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="column">The column, from 1.</param>
/// <param name="reason">What is wrong, and what was expected.</param>
public sealed class ConfigurationException(string file, long line, long column, string reason)
    : Exception(line == 0 ? $"{file}: {reason}" : $"{file}:{line}:{column}: {reason}")
{
    /// <summary>The line, from 1; 0 for the file as a whole.</summary>
    public long Line { get; } = line;

    /// <summary>The column, from 1.</summary>
    public long Column { get; } = column;

    /// <summary>What is wrong, and what was expected.</summary>
    public string Problem { get; } = reason;
}
