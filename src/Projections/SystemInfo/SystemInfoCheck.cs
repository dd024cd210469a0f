using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Tells whether an entry made for an older world is that of a newer one, too.</summary>
internal sealed class SystemInfoCheck(World world, bool sameLabels, bool sameNames, bool sameGlobals)
{
    private readonly Dictionary<QubeId, bool> exists = [];

    internal bool StillHolds(SystemInfoEntry entry, Qube qube, string power) =>
        sameGlobals && ReferenceEquals(entry.Qube, qube) && entry.Power == power &&
        (sameLabels || SystemInfoEntry.LabelOf(world, qube) == entry.Label) &&
        (sameNames || entry.References.All(reference => Exists(reference.Id) == reference.Exists));

    private bool Exists(QubeId id)
    {
        if (!exists.TryGetValue(id, out var known))
        {
            exists[id] = known = world.Qubes.ContainsKey(id);
        }

        return known;
    }
}
