namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>Quantiles of small and large samples.</summary>
public static class Quantiles
{
    /// <summary>The nearest-rank quantile of samples in ascending order; 0 when there are none.</summary>
    public static double Of(ReadOnlySpan<long> sorted, double quantile) =>
        sorted.IsEmpty ? 0 : sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>The median; the mean of the middle two of an even number; NaN when there are none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
