using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What an event presupposes that a world does not have.</summary>
internal static class EventFit
{
    /// <summary>Each fault as a text; none when the event fits.</summary>
    /// <param name="world">The world that the event meets.</param>
    /// <param name="event">The event.</param>
    /// <param name="names">Another world that may know the names of what is missing; null without one.</param>
    public static IEnumerable<string> Faults(World world, DomainEvent @event, World? names = null)
    {
        if (@event is not QubeAdded && @event.Stream.Qube is { } about && world.Find(about) is null)
        {
            return [$"the qube {Name(about)} is not there"];
        }

        return @event switch
        {
            PropertySet e => References([e.Value]),
            QubeAdded e =>
            [
                .. world.Find(e.Name) is { } other && other.Id != e.Qube ? [$"the name {e.Name} is taken"] : Enumerable.Empty<string>(),
                .. References(e.Properties.Select(entry => entry.Value)),
                .. e.Volumes.SelectMany(volume => InPool(volume.Pool)),
            ],
            DeviceAssigned e => e.Assignment.Backend != DeviceAddress.Any && world.Find(e.Assignment.Backend) is null
                ? [$"the qube {e.Assignment.Backend}, which has the device, is not there"]
                : [],
            VolumeConfigured e => InPool(e.Volume.Pool),
            PoolConfigured e => InPool(e.Name),
            PoolRemoved e => InPool(e.Name),
            PolicyFileRemoved e => world.Policy.Entries.ContainsKey(e.Path) ? [] : [$"the policy file {e.Path} is not there"],
            LabelRemoved e => world.Labels.ContainsKey(e.Index) ? [] : [$"the label {e.Index} is not there"],
            _ => [],
        };

        IEnumerable<string> References(IEnumerable<PropertyValue> values)
        {
            foreach (var value in values)
            {
                if (value.AsQube() is { } qube && world.Find(qube) is null)
                {
                    yield return $"the qube {Name(qube)}, which it refers to, is not there";
                }

                if (value.AsLabel() is { } label && !world.Labels.ContainsKey(label))
                {
                    yield return $"the label {label} is not there";
                }
            }
        }

        IEnumerable<string> InPool(string pool) => world.FindPool(pool) is null ? [$"the pool {pool} is not there"] : [];

        string Name(QubeId id) => (world.Find(id) ?? names?.Find(id))?.Name ?? id.ToString();
    }
}
