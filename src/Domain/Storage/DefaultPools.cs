namespace Qubes.Cqrs.Domain;

/// <summary>Which pool new volumes go to.</summary>
/// <remarks>Source: spec, properties.yaml, default_pool.</remarks>
public static class DefaultPools
{
    private const string BaseDirectory = "/var/lib/qubes";

    /// <summary>The default of <c>default_pool</c>: the pool of that name, else the file pool below /var/lib/qubes; null without either.</summary>
    public static PropertyValue? Default(World world)
    {
        var pool = world.FindPool("default") ??
            world.Pools.FirstOrDefault(candidate => candidate.Driver is "file" or "file-reflink" && candidate.Find("dir_path") == BaseDirectory);
        return pool is null ? null : PropertyValue.Of(pool.Name);
    }

    /// <summary>Refuses a pool that is not there.</summary>
    /// <exception cref="InvalidPropertyValueException">There is none.</exception>
    public static PropertyValue Accept(PropertyInput input, PropertyValue value) => input.World.FindPool(input.Text) is not null
        ? value
        : throw new InvalidPropertyValueException("No such storage pool");
}
