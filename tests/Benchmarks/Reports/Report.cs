using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Replay;
using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.Reports;

/// <summary>Everything that one run measured; parts that were not asked for are null.</summary>
/// <param name="Machine">Where it was.</param>
/// <param name="Load">Requests over the socket.</param>
/// <param name="Start">Starts and memory.</param>
/// <param name="Replay">Replays.</param>
/// <param name="Failures">Parts that were asked for but broke off, and why.</param>
public sealed record Report(Machine Machine, LoadReport? Load, StartReport? Start, ReplayReport? Replay, IReadOnlyList<string> Failures)
{
    /// <summary>The goals of the parts that were measured.</summary>
    public IReadOnlyList<Goal> Goals { get; } =
    [
        .. Load is null ? [] : LoadGoals.Of(Load),
        .. Start is null ? [] : LogGoals.Of(Start),
        .. Replay is null ? [] : LogGoals.Of(Replay),
    ];

    /// <summary>What makes the figures doubtful on this machine.</summary>
    public IReadOnlyList<string> Warnings { get; } = [.. Doubts(Machine, Load?.Postgres ?? Start?.Postgres)];

    private static IEnumerable<string> Doubts(Machine machine, IReadOnlyDictionary<string, string>? postgres)
    {
        if (machine.FileSystem is "tmpfs" or "ramfs")
            yield return "The logs lay in memory: durable writes cost nothing, so their floors and ratios mean nothing. Name a folder on a disk.";
        if (machine.LoadAverage > machine.Cores * 0.5)
            yield return "The machine was busy before the run: look at the ranges, and run again on a quiet one.";
        if (postgres is not null && postgres["fsync"] != "on")
            yield return "PostgreSQL runs with fsync off: nothing was durable.";
    }
}
