using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The volumes of the world as drivers see them.</summary>
internal static class DriverVolumes
{
    /// <summary>A volume of a qube; null when its pool is not registered.</summary>
    internal static DriverVolume? Find(World world, Qube qube, VolumeConfig volume) =>
        VolumeLookup.OfQube(world, qube, volume) is { } found ? Of(found) with { Source = SourceOf(world, found) } : null;

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

    /// <summary>The volumes that a qube left, but for those whose pool is not registered any more.</summary>
    internal static IEnumerable<DriverVolume> Of(World world, LeftVolumes left) =>
        from volume in left.Volumes let pool = world.FindPool(volume.Pool) where pool is not null select new DriverVolume(pool, volume.Vid, volume);

    /// <summary>A volume that was found, without what it starts from.</summary>
    internal static DriverVolume Of(AddressedVolume found) => new(found.Pool, found.Vid, found.Volume);

    /// <summary>Every volume in a pool.</summary>
    internal static IReadOnlyList<DriverVolume> In(World world, Pool pool) =>
    [
        .. world.Qubes.Values.SelectMany(qube => qube.Volumes.Where(volume => volume.Pool == pool.Name).Select(volume => Find(world, qube, volume)!)), // there is the pool
        .. world.LeftVolumes.Values.SelectMany(left => Of(world, left)).Where(volume => volume.Pool.Name == pool.Name),
    ];

    private static DriverVolume? SourceOf(World world, AddressedVolume found) =>
        found.Volume is { SnapOnStart: true, Source: { } vid } && VolumeLookup.InPool(world, found.Pool, vid) is { } source ? Of(source) : null;
}
