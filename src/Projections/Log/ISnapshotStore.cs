using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps snapshots of the world: a cache that can be deleted at any time.</summary>
public interface ISnapshotStore
{
    /// <summary>The newest snapshot at or before <paramref name="upTo"/> (null: the newest of all), or null when there is none that this version can read.</summary>
    Task<World?> FindAsync(LogPosition? upTo, CancellationToken ct);

    /// <summary>Keeps a snapshot of <paramref name="world"/> under its position.</summary>
    Task SaveAsync(World world, CancellationToken ct);
}
