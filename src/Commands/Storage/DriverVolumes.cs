using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The volumes of the world as drivers see them.</summary>
internal static class DriverVolumes
{
    /// <summary>A volume of a qube; null when its pool is not registered.</summary>
    internal static DriverVolume? Find(World world, Qube qube, VolumeConfig volume) => world.FindPool(volume.Pool) is { } pool
        ? new DriverVolume(pool, Volumes.Vid(world, qube, volume), volume) { Source = SourceOf(world, pool, volume) }
        : null;

    /// <summary>The volume of a qube under a name.</summary>
    /// <exception cref="StorageRefusedException">There is none, or its pool is not registered.</exception>
    internal static DriverVolume Of(World world, Qube qube, string name) =>
        qube.Volumes.FirstOrDefault(volume => volume.Name == name) is { } config && Find(world, qube, config) is { } found
            ? found
            : throw new StorageRefusedException($"The volume {name} of {qube.Name} is not there any more");

    /// <summary>All volumes of a qube.</summary>
    /// <exception cref="PoolNotFoundException">The pool of one is not registered.</exception>
    internal static IReadOnlyList<DriverVolume> Of(World world, Qube qube) =>
        [.. qube.Volumes.Select(volume => Find(world, qube, volume) ?? throw new PoolNotFoundException(volume.Pool))];

    /// <summary>Every volume in a pool.</summary>
    internal static IReadOnlyList<DriverVolume> In(World world, Pool pool) =>
    [
        .. world.Qubes.Values.SelectMany(qube => qube.Volumes.Where(volume => volume.Pool == pool.Name).Select(volume => Find(world, qube, volume)!)), // there is the pool
        .. world.LeftVolumes.Values.SelectMany(left => left.Volumes.Where(volume => volume.Pool == pool.Name).Select(volume => new DriverVolume(pool, volume.Vid, volume))),
    ];

    private static DriverVolume? SourceOf(World world, Pool pool, VolumeConfig volume) =>
        volume is { SnapOnStart: true, Source: { } vid } && VolumeLookup.InPool(world, pool, vid) is { } source
            ? new DriverVolume(pool, source.Vid, source.Volume)
            : null;
}
