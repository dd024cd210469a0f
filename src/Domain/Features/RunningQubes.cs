using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What a decision on a report has to know of running qubes.</summary>
/// <param name="Qubes">The qubes that run.</param>
/// <param name="Outdated">Those among them that run on volumes of which there are newer versions.</param>
public sealed record RunningQubes(IImmutableSet<QubeId> Qubes, IImmutableSet<QubeId> Outdated)
{
    private const int MostLevels = 100;

    /// <summary>Nothing runs.</summary>
    public static readonly RunningQubes None = new(ImmutableHashSet<QubeId>.Empty, ImmutableHashSet<QubeId>.Empty);

    /// <summary>What runs in a world.</summary>
    public static RunningQubes Of(World world) => new(
        world.Runs.Where(entry => entry.Value.IsActive).Select(entry => entry.Key).ToImmutableHashSet(),
        world.Runs.Where(entry => entry.Value.IsActive && HasOldVolumes(world, entry.Key, entry.Value)).Select(entry => entry.Key).ToImmutableHashSet());

    /// <summary>Whether a run is older than the last change of a volume that it was made from.</summary>
    internal static bool HasOldVolumes(World world, QubeId id, Run run)
    {
        var template = world.Find(id) is { } qube ? Templates.Of(world, qube) : null;
        for (var level = 0; template is not null && level < MostLevels; level++, template = Templates.Of(world, template))
        {
            if (template.LastRunEndMicroseconds > run.StartedAtMicroseconds)
            {
                return true;
            }
        }

        return false;
    }
}
