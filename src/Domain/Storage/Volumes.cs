namespace Qubes.Cqrs.Domain;

/// <summary>The configuration of volumes, by class and by template.</summary>
/// <remarks>Source: spec, storage 2 and 3.</remarks>
public static class Volumes
{
    /// <summary>The names that every qube with volumes has, in order.</summary>
    public static readonly EquatableArray<string> Names = ["root", "private", "volatile", "kernel"];

    private const long GiB = 1L << 30;

    /// <summary>Whether qubes of the class have volumes.</summary>
    public static bool Has(QubeClass @class) => @class is not (QubeClass.AdminVM or QubeClass.RemoteVM);

    /// <summary>The id of a volume within its pool: that of a kernel pool is the name of the qube's kernel.</summary>
    public static string Vid(World world, Qube qube, VolumeConfig volume) => world.FindPool(volume.Pool)?.Driver == PoolDrivers.LinuxKernel
        ? PropertyValues.Get(world, qube, "kernel")?.Text ?? ""
        : volume.Vid;

    /// <summary>The volumes of a new qube that stands in the world without volumes.</summary>
    /// <param name="world">The world with the qube in it.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="poolOf">The pool that was asked for by volume, null for the default.</param>
    /// <exception cref="RefusedException">A snapshot was sent to another pool than its source's.</exception>
    /// <exception cref="InvalidValueException">A volume to write to was sent to a pool of kernels.</exception>
    public static EquatableArray<VolumeConfig> Create(World world, Qube qube, Func<VolumeConfig, string?> poolOf)
    {
        var volumes = Names.Select(name => Create(world, qube, Usual(qube.Class, name), poolOf));
        var extra = Templates.Of(world, qube)?.Volumes.Where(volume => !Names.Contains(volume.Name)) ?? [];
        return volumes.Concat(extra.Select(volume => Create(world, qube, volume with { Vid = "", Source = null }, poolOf))).ToEquatableArray();
    }

    /// <summary>A snapshot volume after the qube's template changed: what the new template offers, under an id of the pool that it lies in.</summary>
    public static VolumeConfig Renew(World world, Qube qube, VolumeConfig volume)
    {
        var renewed = FromSource(world, qube, volume);
        return renewed.Pool == volume.Pool || world.FindPool(renewed.Pool) is null ? renewed : Place(world, qube, renewed);
    }

    /// <summary>How many revisions a volume of a pool keeps when so many are wanted: files that do not last keep none.</summary>
    public static long RevisionsKept(Pool pool, VolumeConfig volume, long wanted) => pool.Driver == PoolDrivers.File && !volume.SaveOnStop ? 0 : wanted;

    /// <summary>What a class has under a volume's name before pools and sources are chosen.</summary>
    public static VolumeConfig Usual(QubeClass @class, string name)
    {
        var volume = new VolumeConfig { Name = name, Pool = "", Vid = "", Rw = name != "kernel", SizeBytes = SizeBytes(@class, name) };
        return (@class, name) switch
        {
            (QubeClass.TemplateVM or QubeClass.StandaloneVM, "root" or "private") => volume with { SaveOnStop = true },
            (QubeClass.AppVM, "private") => volume with { SaveOnStop = true },
            (QubeClass.AppVM, "root") or (QubeClass.DispVM, "root" or "private") => volume with { SnapOnStart = true },
            _ => volume,
        };
    }

    /// <summary>The snapshot volume with pool, size and source of what the qube's template offers under its name.</summary>
    public static VolumeConfig FromSource(World world, Qube qube, VolumeConfig volume)
    {
        // A source that is itself a snapshot leads on to the template's template.
        for (var template = Templates.Of(world, qube); template is not null; template = Templates.Of(world, template))
        {
            if (template.Volumes.FirstOrDefault(candidate => candidate.Name == volume.Name) is { SnapOnStart: false } source)
            {
                return volume with { Pool = source.Pool, SizeBytes = source.SizeBytes, Source = Vid(world, template, source) };
            }
        }

        return volume;
    }

    private static VolumeConfig Create(World world, Qube qube, VolumeConfig usual, Func<VolumeConfig, string?> poolOf)
    {
        var wanted = poolOf(usual);
        if (usual.SnapOnStart)
        {
            var snapshot = FromSource(world, qube, usual);
            if (wanted is not null && wanted != snapshot.Pool)
            {
                throw new RefusedException(
                    $"Snapshot volume {usual.Name} must be in the same pool as its origin ({usual.Name} volume of template),cannot move to pool {wanted} ");
            }

            return Place(world, qube, snapshot);
        }

        // An extra volume stays in the pool of the template's.
        var pool = wanted ?? (usual.Pool.Length > 0 ? usual.Pool : null) ?? PropertyValues.Get(world, null, "default_pool_" + (Names.Contains(usual.Name) ? usual.Name : "root"))?.Text ??
            throw new RefusedException("No storage pool for new volumes: set the property default_pool");
        return usual.Rw && world.FindPool(pool) is { Driver: PoolDrivers.LinuxKernel }
            ? throw new InvalidValueException("LinuxModules supports only read-only volumes")
            : Place(world, qube, usual with { Pool = pool });
    }

    private static VolumeConfig Place(World world, Qube qube, VolumeConfig volume)
    {
        var pool = world.FindPool(volume.Pool) ?? throw new RefusedException($"Unknown storage pool {volume.Pool}");
        return volume with
        {
            Vid = VidOf(pool, qube, volume.Name),
            RevisionsToKeep = StorageNumbers.TryInteger(pool.Find(PoolDrivers.Revisions) ?? "", out var revisions) ? RevisionsKept(pool, volume, revisions) : 0,
        };
    }

    private static string VidOf(Pool pool, Qube qube, string volume) => pool.Driver switch
    {
        PoolDrivers.LinuxKernel => "",
        PoolDrivers.LvmThin => $"{pool.Find(PoolDrivers.VolumeGroup)}/vm-{qube.Name}-{volume}",
        PoolDrivers.Zfs => $"{pool.Find(PoolDrivers.Container)}/{qube.Name}/{volume}",
        _ => $"{(qube.Class == QubeClass.TemplateVM ? "vm-templates" : "appvms")}/{qube.Name}/{volume}",
    };

    private static long SizeBytes(QubeClass @class, string name) => name switch
    {
        "root" => 10 * GiB,
        "private" => 2 * GiB,
        "volatile" => (@class == QubeClass.DispVM ? 12 : 10) * GiB,
        _ => 0,
    };
}
