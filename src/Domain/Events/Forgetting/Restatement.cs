using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>States anew what the log would no longer tell once events of it are erased.</summary>
public static class Restatement
{
    /// <summary>Events that lead from one state to another one exactly, also in the order of what has an order, and that change nothing in the latter.</summary>
    /// <param name="from">What the log would give without the events that are to go.</param>
    /// <param name="to">The state in force.</param>
    /// <exception cref="InvalidOperationException">There are no such events: a bug.</exception>
    public static ImmutableArray<DomainEvent> Of(World from, World to)
    {
        var events = WorldDifference.Events(from, to).ToList();
        var there = Fold(from, events);
        Add(there.Pools == to.Pools ? [] : [.. there.Pools.Select(pool => new PoolRemoved(pool.Name)), .. to.Pools.Select(pool => new PoolAdded(pool.Name, pool.Driver, pool.Config))]);
        Add(there.Properties.Equals(to.Properties) ? [] : Properties(to));
        Add(to.InOrder().Where(qube => !IsSame(there, to, qube)).SelectMany(WorldEvents.Of));
        var stated = events.OfType<QubeAdded>().Select(added => added.Qube).ToHashSet();
        Add(to.Runs.Where(entry => stated.Contains(entry.Key)).Select(entry => new RunObserved(entry.Key, entry.Value, entry.Value, "")));
        return AreSame(Fold(from, events), to) && AreSame(Fold(to, events), to)
            ? [.. events]
            : throw new InvalidOperationException("what is left of the log cannot be made to give the state in force");

        void Add(IEnumerable<DomainEvent> more)
        {
            events.AddRange(more);
            there = Fold(from, events);
        }
    }

    /// <summary>Whether two states say the same, their positions apart.</summary>
    public static bool AreSame(World one, World other) =>
        one.Names.SequenceEqual(other.Names) && one.Qids.SetEquals(other.Qids) && one.Runs.Count == other.Runs.Count &&
        one.Runs.All(entry => other.Runs.GetValueOrDefault(entry.Key) == entry.Value) &&
        WorldEvents.Of(one with { Runs = World.Empty.Runs }).SequenceEqual(WorldEvents.Of(other with { Runs = World.Empty.Runs }));

    private static World Fold(World world, IEnumerable<DomainEvent> events) => events.Aggregate(world, Evolve.Apply);

    private static IEnumerable<DomainEvent> Properties(World to) =>
    [
        .. to.Properties.Select(entry => new PropertyReset(null, entry.Key, entry.Value)),
        .. to.Properties.Select(entry => new PropertySet(null, entry.Key, entry.Value, null)),
    ];

    // The name and the number may have belonged to another qube, whose end is not told any more.
    private static bool IsSame(World there, World to, Qube qube) =>
        there.Find(qube.Name)?.Id == qube.Id && there.Qids.Contains(qube.Qid) && there.Runs.GetValueOrDefault(qube.Id) == to.Runs.GetValueOrDefault(qube.Id) &&
        WorldEvents.Of(there.Qube(qube.Id)).SequenceEqual(WorldEvents.Of(qube));
}
