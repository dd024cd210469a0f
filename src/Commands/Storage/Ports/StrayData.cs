namespace Qubes.Cqrs.Commands;

/// <summary>Something in a pool that belongs to no volume that is known.</summary>
/// <param name="Place">Where it lies: a path or a name within the pool, printable.</param>
/// <param name="IsLeftOver">Whether only an interrupted piece of work can have made it, so that it may go without a loss; everything else may be somebody's data.</param>
/// <param name="SizeBytes">What it takes on the disk.</param>
public sealed record StrayData(string Place, bool IsLeftOver, long SizeBytes);
