using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What lies in a container and belongs to no volume.</summary>
internal static class ZfsStrays
{
    /// <summary>The datasets, in order.</summary>
    /// <param name="container">The container.</param>
    /// <param name="rows">What is there.</param>
    /// <param name="known">The volumes.</param>
    /// <param name="inUse">Whether somebody reads from a clone just now.</param>
    internal static IEnumerable<StrayData> Find(string container, ZfsRows rows, IReadOnlyCollection<ZfsVolume> known, Func<string, bool> inUse)
    {
        var owned = known.SelectMany(volume => new[] { volume.Dataset, volume.Importing }).ToHashSet(StringComparer.Ordinal);
        foreach (var name in rows.Beginning(container + "/"))
        {
            var below = name[(container.Length + 1)..].Split('/');
            if (below.Length == 2 && !owned.Contains(name) && !inUse(name))
            {
                // Volumes lie one level down; so does what only a piece of work makes, in folders that no qube can be named like.
                yield return new StrayData(name, below[0] is ".exported" or ".importing" or ".tmp", rows.Find(name)!.UsageBytes); // just listed
            }
        }
    }
}
