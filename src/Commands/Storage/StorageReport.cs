namespace Qubes.Cqrs.Commands;

/// <summary>What a look at all storage found.</summary>
/// <param name="Pools">Each pool, in the order in which they were added; then those that volumes name and that are not registered.</param>
/// <param name="Qubes">How many qubes were looked at.</param>
public sealed record StorageReport(IReadOnlyList<PoolReport> Pools, int Qubes)
{
    /// <summary>Whether nothing was found, or all of it mended.</summary>
    public bool IsSound => Pools.All(pool => pool.IsSound);
}
