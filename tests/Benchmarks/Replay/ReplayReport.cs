using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.Replay;

/// <summary>How to measure the replay.</summary>
/// <param name="Log">How to fill the log; the largest size counts.</param>
/// <param name="Rounds">Replays and raw reads, in turns.</param>
public sealed record ReplaySettings(StartSettings Log, int Rounds);

/// <summary>One pass over the log.</summary>
public sealed record Pass(long Events, double Seconds)
{
    /// <summary>Events per second.</summary>
    public double PerSecond => Events / Seconds;
}

/// <summary>Replays of the log beside raw reads of the same columns.</summary>
/// <param name="Replays">What qubes-history replay-speed reported; empty if it could not be run.</param>
/// <param name="RawReads">Passes of a plain reader.</param>
/// <param name="Unavailable">Why the replay could not be measured; null if it was.</param>
public sealed record ReplayReport(IReadOnlyList<Pass> Replays, IReadOnlyList<Pass> RawReads, string? Unavailable);
