namespace Qubes.Cqrs.Domain;

/// <summary>Finds the volumes that clients name.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.volume.* and admin.pool.volume.*; wire protocol 5.</remarks>
public static class VolumeLookup
{
    /// <summary>The volume at an address.</summary>
    /// <exception cref="QubeErrorException">The qube is on another host.</exception>
    /// <exception cref="PermissionRefusedException">There is no such pool, or no such volume.</exception>
    /// <exception cref="PoolNotFoundException">The volume's pool is not registered.</exception>
    public static AddressedVolume Find(World world, VolumeAddress address) => address.Qube is { } id
        ? OfQube(world, world.Qube(id), address.Name)
        : InPool(world, Pools.Named(world, address.Scope), address.Name) ?? throw NotIn(address.Scope);

    /// <summary>The volume of a pool by its id, or null.</summary>
    public static AddressedVolume? InPool(World world, Pool pool, string vid)
    {
        if (pool.Driver == PoolDrivers.LinuxKernel)
        {
            var isInstalled = world.Host.Kernels.Any(kernel => kernel.Name == vid);
            return isInstalled ? new AddressedVolume(null, new VolumeConfig { Name = "kernel", Pool = pool.Name, Vid = vid }, pool, vid) : null;
        }

        foreach (var qube in world.Qubes.Values)
        {
            foreach (var volume in qube.Volumes)
            {
                if (volume.Pool == pool.Name && volume.Vid == vid)
                {
                    return new AddressedVolume(qube, volume, pool, vid);
                }
            }
        }

        return null;
    }

    /// <summary>A volume of a qube; null when its pool is not registered.</summary>
    public static AddressedVolume? OfQube(World world, Qube qube, VolumeConfig volume) => world.FindPool(volume.Pool) is { } pool
        ? new AddressedVolume(qube, volume, pool, Volumes.Vid(world, qube, volume))
        : null;

    /// <summary>The ids of the volumes in a pool, in the order in which their qubes were numbered; those of a kernel pool are not in the world.</summary>
    public static IEnumerable<string> Vids(World world, Pool pool) => world.Qubes.Values
        .Where(qube => qube.Volumes.Any(volume => volume.Pool == pool.Name))
        .OrderBy(qube => qube.Qid)
        .SelectMany(qube => qube.Volumes.Where(volume => volume.Pool == pool.Name).Select(volume => volume.Vid));

    private static AddressedVolume OfQube(World world, Qube qube, string name)
    {
        if (!qube.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }

        var volume = qube.Volumes.FirstOrDefault(candidate => candidate.Name == name) ?? throw NotIn(qube.Name);
        return OfQube(world, qube, volume) ?? throw new PoolNotFoundException(volume.Pool);
    }

    private static PermissionRefusedException NotIn(string holder) => new($"Argument not in {PythonText.Repr(holder + " volumes")}");
}
