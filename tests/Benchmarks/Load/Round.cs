namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>What one short round of a load gave.</summary>
/// <param name="Requests">Requests that were answered OK.</param>
/// <param name="Errors">Requests that were not.</param>
/// <param name="Seconds">Wall time from the first request to the last reply.</param>
/// <param name="MedianMicroseconds">Half of the requests took at most this long.</param>
/// <param name="P95Microseconds">95 of 100 requests took at most this long.</param>
/// <param name="P99Microseconds">99 of 100 requests took at most this long.</param>
/// <param name="ServerCpuMicroseconds">Processor time of the answering process per request; 0 where it was not looked at.</param>
public sealed record Round(
    long Requests, long Errors, double Seconds,
    double MedianMicroseconds, double P95Microseconds, double P99Microseconds, double ServerCpuMicroseconds)
{
    /// <summary>Requests answered OK per second.</summary>
    public double PerSecond => Seconds > 0 ? Requests / Seconds : 0;
}

/// <summary>The rounds of one load, each figure being the median over the rounds.</summary>
public sealed record Series(IReadOnlyList<Round> Rounds)
{
    /// <summary>Median of the rounds' medians.</summary>
    public double MedianMicroseconds => Over(round => round.MedianMicroseconds);

    /// <summary>Median of the rounds' 95th percentiles.</summary>
    public double P95Microseconds => Over(round => round.P95Microseconds);

    /// <summary>Median of the rounds' 99th percentiles.</summary>
    public double P99Microseconds => Over(round => round.P99Microseconds);

    /// <summary>Median of the rounds' throughputs.</summary>
    public double PerSecond => Over(round => round.PerSecond);

    /// <summary>Median of the rounds' processor time per request.</summary>
    public double ServerCpuMicroseconds => Over(round => round.ServerCpuMicroseconds);

    /// <summary>Requests of all rounds that were not answered OK.</summary>
    public long Errors => Rounds.Sum(round => round.Errors);

    private double Over(Func<Round, double> figure) => Quantiles.Median(Rounds.Select(figure));
}
