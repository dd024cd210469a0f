namespace Qubes.Cqrs.Benchmarks.Reports;

/// <summary>A goal and what was measured.</summary>
/// <param name="What">What is compared with what.</param>
/// <param name="Target">The limit, as the report prints it.</param>
/// <param name="Measured">The figure, with its range over the rounds where there is one.</param>
/// <param name="Met">Whether it is within the limit; null if it could not be measured.</param>
/// <param name="Binding">False for a comparison that is only shown for information.</param>
public sealed record Goal(string What, string Target, string Measured, bool? Met, bool Binding);
