namespace Qubes.Cqrs.Domain;

/// <summary>Which pool new volumes go to.</summary>
/// <remarks>Source: spec, properties.yaml, default_pool.</remarks>
public static class DefaultPools
{
    private const string BaseDirectory = "/var/lib/qubes";

    /// <summary>The default of <c>default_pool</c>: the pool called <c>default</c>, else the thin pool that the host's environment names, else the one
    /// that holds the root file system, else the file pool below /var/lib/qubes; null without any.</summary>
    public static PropertyValue? Default(World world)
    {
        var host = world.Host;
        var pool = world.FindPool("default") ??
            FindThinPool(world, pool => pool.Find("thin_pool") == host.DefaultThinPool) ??
            FindThinPool(world, pool => $"{pool.Find("volume_group")}/{pool.Find("thin_pool")}" == host.RootThinPool) ??
            world.Pools.FirstOrDefault(candidate => candidate.Driver is "file" or "file-reflink" && candidate.Find("dir_path") == BaseDirectory);
        return pool is null ? null : PropertyValue.Of(pool.Name);
    }

    /// <summary>Refuses a pool that is not there.</summary>
    /// <exception cref="InvalidPropertyValueException">There is none.</exception>
    public static PropertyValue Accept(PropertyInput input, PropertyValue value) => input.World.FindPool(input.Text) is not null
        ? value
        : throw new InvalidPropertyValueException("No such storage pool");

    private static Pool? FindThinPool(World world, Func<Pool, bool> fits) =>
        world.Pools.FirstOrDefault(pool => pool.Driver == "lvm_thin" && fits(pool));
}
