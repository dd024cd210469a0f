using System.Globalization;
using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Replay;
using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.Reports;

/// <summary>The goals for starting on a log and for replaying it.</summary>
public static class LogGoals
{
    private const double StartLimitSeconds = 1;
    private const double MemoryLimitMib = 120;
    private const double ReplayLimit = 200_000;
    private const double RawReadShare = 0.8;

    /// <summary>Compares starts and memory with their goals.</summary>
    public static IEnumerable<Goal> Of(StartReport report)
    {
        foreach (var point in report.Points)
        {
            var enough = point.Events >= point.WantedEvents;
            yield return new(
                $"first answer after kill -9, {point.Events} events{(enough ? "" : $" instead of {point.WantedEvents}")}", $"<= {StartLimitSeconds} s",
                string.Create(
                    CultureInfo.InvariantCulture, $"{point.MedianSeconds:0.00} s ({point.Seconds.Min():0.00} to {point.Seconds.Max():0.00})"),
                point.MedianSeconds <= StartLimitSeconds, true);
            yield return Memory($"resident 5 s after a start, {point.Events} events, {report.Qubes} qubes", point.IdleMib);
            if (point.FilledMib > 0)
                yield return Memory($"resident right after filling the log, {point.Events} events, {report.Qubes} qubes", point.FilledMib);
            yield return Memory($"resident right after a burst of all methods, {point.Events} events, {report.Qubes} qubes", point.LoadedMib);
            yield return Memory($"resident 10 s after the burst, {point.Events} events, {report.Qubes} qubes", point.SettledMib);
        }
    }

    /// <summary>Compares the replay with its goal: the lesser of a fixed rate and a share of the raw read.</summary>
    public static IEnumerable<Goal> Of(ReplayReport report)
    {
        var raw = Quantiles.Median(report.RawReads.Select(pass => pass.PerSecond));
        var limit = Math.Min(ReplayLimit, RawReadShare * raw);
        var target = string.Create(CultureInfo.InvariantCulture, $">= {limit:0}/s (the lesser of {ReplayLimit:0} and {RawReadShare} x {raw:0})");
        if (report.Replays.Count == 0)
            return [new("replay of the log", target, report.Unavailable ?? "not measured", null, true)];
        var replay = Quantiles.Median(report.Replays.Select(pass => pass.PerSecond));
        var events = report.Replays.Min(pass => pass.Events);
        var held = report.RawReads.Min(pass => pass.Events);
        var missing = events < held ? $", but only {events} of {held} events" : "";
        var measured = string.Create(CultureInfo.InvariantCulture, $"{replay:0}/s, {replay / raw:0.00} of the raw read{missing}");
        return [new($"replay of the log, {events} events", target, measured, replay >= limit && events >= held, true)];
    }

    private static Goal Memory(string what, double mib) => new(
        what, $"<= {MemoryLimitMib} MiB", string.Create(CultureInfo.InvariantCulture, $"{mib:0} MiB"), mib <= MemoryLimitMib, true);
}
