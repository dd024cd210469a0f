namespace Qubes.Cqrs.Commands;

/// <summary>Something in a pool that belongs to no volume, and what became of it.</summary>
/// <param name="Stray">What it is.</param>
/// <param name="IsMended">Whether it was removed.</param>
/// <param name="Reason">Why it could not be removed; null when nobody tried, or it worked.</param>
public sealed record StrayFinding(StrayData Stray, bool IsMended = false, string? Reason = null);
