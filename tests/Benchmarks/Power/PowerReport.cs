using System.Globalization;
using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.Power;

/// <summary>What was measured.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="StartSeconds">From the first request to start to the last answer.</param>
/// <param name="ChainSeconds">The start of the longest chain alone.</param>
/// <param name="Idle">Reads of the idle daemon: the round nearest to the median of the 99th percentiles.</param>
/// <param name="Busy">Reads while the qubes started, likewise.</param>
public sealed record PowerReport(PowerSettings Settings, double StartSeconds, double ChainSeconds, Round Idle, Round Busy)
{
    /// <summary>The report for people.</summary>
    public string ToMarkdown() => string.Create(CultureInfo.InvariantCulture, $"""
        | figure | measured | floor in the same run | ratio | goal |
        |---|---|---|---|---|
        | {Settings.Starts} starts, {Settings.CallDelay.TotalMilliseconds:0} ms per call of the hypervisor | {StartSeconds:0.0} s | {ChainSeconds:0.0} s (longest chain alone) | {StartSeconds / ChainSeconds:0.00} | 1.20 |
        | `admin.vm.property.Get` meanwhile, 99th percentile | {Busy.P99Microseconds:0} µs | {Idle.P99Microseconds:0} µs (idle) | {Busy.P99Microseconds / Idle.P99Microseconds:0.00} | 1.20 |
        | the same, median | {Busy.MedianMicroseconds:0} µs | {Idle.MedianMicroseconds:0} µs (idle) | {Busy.MedianMicroseconds / Idle.MedianMicroseconds:0.00} | |
        """);
}
