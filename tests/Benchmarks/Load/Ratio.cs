namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>The quotient of two series: the median of the quotients of rounds that ran side by side, and their range.</summary>
public sealed record Ratio(double Median, double Lowest, double Highest)
{
    /// <summary>Divides round by round, so that a drift of the machine hits both sides.</summary>
    public static Ratio Of(Series dividend, Series divisor, Func<Round, double> figure)
    {
        var quotients = dividend.Rounds.Zip(divisor.Rounds, (above, below) => figure(above) / figure(below)).ToArray();
        return new(Quantiles.Median(quotients), quotients.Min(), quotients.Max());
    }
}
