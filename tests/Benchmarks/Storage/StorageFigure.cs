namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>A figure of storage beside its floor.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Rounds">Every round.</param>
/// <param name="Floor">What the floor is.</param>
/// <param name="FloorRounds">Every round of it, in turn with the others.</param>
/// <param name="Goal">What is to be reached, in words; empty for none.</param>
/// <param name="Met">Whether it is; null without a goal.</param>
public sealed record StorageFigure(
    string What, string Unit, IReadOnlyList<double> Rounds, string Floor, IReadOnlyList<double> FloorRounds, string Goal, bool? Met)
{
    /// <summary>The median over the rounds.</summary>
    public double Median => MedianOf(Rounds);

    /// <summary>The median over the floor's rounds; 0 without one.</summary>
    public double FloorMedian => FloorRounds.Count == 0 ? 0 : MedianOf(FloorRounds);

    /// <summary>The middle one; the lower of two.</summary>
    public static double MedianOf(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[(sorted.Count - 1) / 2] : 0;
}
