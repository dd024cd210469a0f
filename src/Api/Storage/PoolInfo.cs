using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What clients learn of a pool.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.pool.Info and UsageDetails; storage 1, included_in.</remarks>
internal static class PoolInfo
{
    /// <summary>The settings sorted by key, then size, usage and the pool that holds its folder, as far as they are known.</summary>
    internal static IEnumerable<NamedText> Of(World world, Pool pool, PoolWatch watch)
    {
        foreach (var entry in pool.Config.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            yield return entry;
        }

        if (watch.Find(pool).Capacity is { } capacity)
        {
            yield return new NamedText("size", Number(capacity.SizeBytes));
            yield return new NamedText("usage", Number(capacity.UsageBytes));
        }

        if (FindOuter(world, pool, watch) is { } outer)
        {
            yield return new NamedText("included_in", outer.Name);
        }
    }

    /// <summary>Size and usage of its data, as far as they are known.</summary>
    internal static IEnumerable<NamedText> UsageOf(Pool pool, PoolWatch watch) => watch.Find(pool).Capacity is { } capacity
        ? [new NamedText("data_size", Number(capacity.SizeBytes)), new NamedText("data_usage", Number(capacity.UsageBytes))]
        : [];

    private static Pool? FindOuter(World world, Pool pool, PoolWatch watch) => Place(pool, watch) is { } place
        ? world.Pools.FirstOrDefault(other =>
            other.Name != pool.Name && Place(other, watch) is { } outer && outer != place && place.StartsWith(outer, StringComparison.Ordinal))
        : null;

    // Both ends with a slash, so that one folder's name may begin like another's.
    private static string? Place(Pool pool, PoolWatch watch) =>
        (watch.Find(pool).RealPath ?? pool.Find(PoolDrivers.DirPath)) is { } path ? path.TrimEnd('/') + "/" : null;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
