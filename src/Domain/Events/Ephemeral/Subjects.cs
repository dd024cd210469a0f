namespace Qubes.Cqrs.Domain;

/// <summary>What can be told apart: a qube with its run, the global settings, what the host contributes.</summary>
internal static class Subjects
{
    /// <summary>Whether two states say the same of a subject.</summary>
    internal static bool IsSame(World one, World other, StreamName subject) => subject switch
    {
        { Qube: { } id } => one.Runs.GetValueOrDefault(id) == other.Runs.GetValueOrDefault(id) &&
            one.LeftVolumes.GetValueOrDefault(id) == other.LeftVolumes.GetValueOrDefault(id) && IsSame(one.Find(id), other.Find(id)),
        _ when subject == StreamName.System => one.Properties.Equals(other.Properties),
        _ when subject == StreamName.Host => one.Host == other.Host,
        _ => true, // labels, pools, marks and the policy are always kept
    };

    /// <summary>The subject as it is, told by events.</summary>
    internal static EphemeralChange Whole(World world, StreamName subject) => new(subject, true, subject switch
    {
        { Qube: { } id } => OfQube(world, id).ToEquatableArray(),
        _ when subject == StreamName.System =>
            world.Properties.Select(DomainEvent (entry) => new PropertySet(null, entry.Key, entry.Value, null)).ToEquatableArray(),
        _ => [new HostObserved(world.Host)],
    });

    /// <summary>A state in which the subject is what the events tell, whatever it was before.</summary>
    internal static World Fold(World world, StreamName subject, IEnumerable<DomainEvent> events) =>
        events.Aggregate(subject == StreamName.System ? world with { Properties = SmallMap<PropertyValue>.Empty } : world, Evolve.Apply);

    /// <summary>The kept state with the very object that the state in force has of an equal subject: it is held once, and compared at a glance.</summary>
    internal static World Share(World kept, World live, StreamName subject) =>
        subject.Qube is { } id && live.Find(id) is { } qube ? kept with { Qubes = kept.Qubes.SetItem(id, qube) } : kept;

    private static IEnumerable<DomainEvent> OfQube(World world, QubeId id)
    {
        IEnumerable<DomainEvent> left = world.LeftVolumes.GetValueOrDefault(id) is { } volumes ? [new VolumesLeft(id, volumes.Name, volumes.Volumes)] : [];
        if (world.Find(id) is not { } qube)
        {
            return left;
        }

        var events = left.Concat(WorldEvents.Of(qube));
        return world.Runs.TryGetValue(id, out var run) ? events.Append(new RunObserved(id, null, run, "")) : events;
    }

    private static bool IsSame(Qube? one, Qube? other) =>
        ReferenceEquals(one, other) || (one is not null && other is not null && WorldEvents.Of(one).SequenceEqual(WorldEvents.Of(other)));
}
