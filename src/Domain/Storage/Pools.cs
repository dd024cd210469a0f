using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of storage pools.</summary>
/// <remarks>Source: spec, storage 1; admin-api.yaml, admin.pool.*.</remarks>
public static class Pools
{
    private static readonly EquatableArray<string> Defaults =
        ["default_pool", "default_pool_kernel", "default_pool_private", "default_pool_root", "default_pool_volatile"];

    /// <summary>A pool that a client names.</summary>
    /// <exception cref="PermissionRefusedException">There is none.</exception>
    public static Pool Named(World world, string name) => world.FindPool(name) ?? throw new PermissionRefusedException("Argument not in 'pools'");

    /// <summary>Refuses a new pool whose name is taken.</summary>
    /// <exception cref="PoolInUseException">It is.</exception>
    public static void CheckNew(World world, NewPool pool)
    {
        if (world.FindPool(pool.Name) is not null)
        {
            throw new PoolInUseException($"Storage pool is in use: {PythonText.Repr(pool.Name)}");
        }
    }

    /// <summary>Registers a pool that was set up on the host.</summary>
    /// <exception cref="DomainException">Its name is taken, or the host cannot hold it.</exception>
    public static void Add(Draft draft, NewPool pool, PoolSetup setup)
    {
        CheckNew(draft.World, pool);
        CheckSetup(pool, setup);
        draft.Record(new PoolAdded(pool.Name, pool.Driver.Name, pool.ToConfig()));
        draft.Announce(null, "pool-add", new AnnouncementArgument("pool", pool.Name));
    }

    /// <summary>Takes a pool that nothing uses out of the register; its data stays.</summary>
    /// <exception cref="PermissionRefusedException">There is none.</exception>
    /// <exception cref="PoolInUseException">A qube has a volume in it, or new volumes go to it.</exception>
    public static void Remove(Draft draft, string name)
    {
        Named(draft.World, name);
        if (draft.World.Qubes.Values.Any(qube => qube.Volumes.Any(volume => volume.Pool == name)))
        {
            throw new PoolInUseException($"Storage pool is in use: {name}");
        }

        if (Defaults.FirstOrDefault(property => PropertyValues.Get(draft.World, null, property)?.Text == name) is { } setting)
        {
            throw new PoolInUseException($"Storage pool is in use: set as {setting}");
        }

        var argument = new AnnouncementArgument("pool", name);
        draft.Announce(null, "pool-pre-delete", argument);
        draft.Record(new PoolRemoved(name));
        draft.Announce(null, "pool-delete", argument);
    }

    /// <summary>Sets how many revisions volumes keep that are made in the pool from now on.</summary>
    /// <exception cref="DomainException">There is no such pool, or its driver cannot keep so many.</exception>
    public static void SetRevisions(Draft draft, string name, ReadOnlySpan<byte> untrustedRevisions)
    {
        var pool = Named(draft.World, name);
        var revisions = StorageNumbers.ParseRevisions(untrustedRevisions);
        if (revisions < -1)
        {
            throw new InvalidRequestException("Value can't be lower than -1");
        }

        PoolDesign.CheckRevisions(pool.Driver, revisions);
        Configure(draft, pool, PoolDrivers.Revisions, revisions.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Sets whether volatile volumes in the pool are encrypted with a throw-away key, where they do not say themselves.</summary>
    /// <remarks>Drivers that do not keep the setting accept it without effect.</remarks>
    /// <exception cref="DomainException">There is no such pool, or the value is none.</exception>
    public static void SetEphemeral(Draft draft, string name, ReadOnlySpan<byte> untrustedValue)
    {
        var pool = Named(draft.World, name);
        Configure(draft, pool, PoolDrivers.Ephemeral, StorageNumbers.ParseTruth(untrustedValue) ? "True" : "False");
    }

    private static void Configure(Draft draft, Pool pool, string key, string value)
    {
        if (pool.Find(key) is { } old && old != value)
        {
            draft.Record(new PoolConfigured(
                pool.Name, pool.Config.Select(entry => entry.Name == key ? new NamedText(key, value) : entry).ToEquatableArray()));
        }
    }

    /// <summary>Refuses a pool that the host could not set up.</summary>
    /// <exception cref="DomainException">It could not.</exception>
    public static void CheckSetup(NewPool pool, PoolSetup setup)
    {
        if (setup.Outcome == PoolSetupOutcome.Done)
        {
            return;
        }

        var folder = pool.Find(PoolDrivers.DirPath);
        var thinPool = $"{pool.Find(PoolDrivers.VolumeGroup)}/{pool.Find(PoolDrivers.ThinPool)}";
        DomainException refusal = setup.Outcome switch
        {
            PoolSetupOutcome.NoFolder => new StorageRefusedException($"Cannot create {folder}: {setup.Detail}"),
            PoolSetupOutcome.NoReflinks => new StorageRefusedException(
                $"The filesystem for '{folder}' does not support reflinks. If you can live with delays on VM startup/shutdown/etc. and wasted disk space, " +
                "pass the 'setup_check=False' option."),
            PoolSetupOutcome.NoThinPool => new StorageRefusedException($"Thin pool {thinPool} does not exist"),
            PoolSetupOutcome.NotThin => new StorageRefusedException($"Volume {thinPool} is not a thin pool"),
            PoolSetupOutcome.NoZfs => new StorageRefusedException("ZFS is not available on this system"),
            PoolSetupOutcome.TimedOut => new StorageRefusedException($"The host did not answer while pool {pool.Name} was set up"),
            _ => new StorageRefusedException(setup.Detail),
        };
        throw refusal;
    }
}
