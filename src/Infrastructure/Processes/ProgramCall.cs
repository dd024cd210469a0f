namespace Qubes.Cqrs.Infrastructure;

/// <summary>A program to run.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Arguments">Its arguments; no shell ever sees them.</param>
/// <param name="Timeout">How long it may take.</param>
internal sealed record ProgramCall(string Path, IReadOnlyList<string> Arguments, TimeSpan Timeout)
{
    /// <summary>What it reads.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>What its environment has beside ours.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>The most that is kept of each of its outputs, in bytes; the rest is read and dropped.</summary>
    public int MostOutput { get; init; } = 64 * 1024;

    /// <summary>Whether it leaves a daemon behind when it succeeds, which may hold the outputs open for ever: then they are not read to their
    /// end.</summary>
    public bool LeavesDaemon { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Errors">What it wrote to its error output.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors);
