namespace Qubes.Cqrs.Infrastructure;

/// <summary>The snapshots that there are.</summary>
/// <param name="Usable">The positions of those that this version can use, in order.</param>
/// <param name="Others">How many another format or another build of the rules made.</param>
/// <param name="Bytes">What all of them hold.</param>
/// <param name="Missing">The positions at which one is to be made, in order.</param>
public sealed record SnapshotStock(IReadOnlyList<long> Usable, int Others, long Bytes, IReadOnlyList<long> Missing);
