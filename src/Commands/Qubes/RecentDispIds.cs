using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The numbers of disposables that were removed within the last seven days, so that a new one is not taken for an old one.</summary>
/// <remarks>Known for this run of the daemon only, as in the original. Source: spec, properties.yaml, DispVM, dispid.</remarks>
public sealed class RecentDispIds(TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromDays(7);

    private readonly Lock gate = new();
    private readonly Dictionary<int, DateTimeOffset> removed = [];
    private World last = World.Empty;

    /// <summary>The numbers not to be given now.</summary>
    public ImmutableHashSet<int> Current
    {
        get
        {
            var now = time.GetUtcNow();
            lock (gate)
            {
                foreach (var (dispId, since) in removed)
                {
                    if (now - since > Rest)
                    {
                        removed.Remove(dispId);
                    }
                }

                return [.. removed.Keys];
            }
        }
    }

    /// <summary>Begins with a state.</summary>
    public void Begin(World world)
    {
        lock (gate)
        {
            last = world;
        }
    }

    /// <summary>Notes the disposables that are gone.</summary>
    /// <param name="world">The state after the events.</param>
    /// <param name="events">The events of a commit.</param>
    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        lock (gate)
        {
            foreach (var recorded in events)
            {
                if (recorded.Event is QubeRemoved gone && DispIdOf(gone.Qube, events) is { } dispId)
                {
                    removed[dispId] = time.GetUtcNow();
                }
            }

            last = world;
        }
    }

    // A qube that came and went within one commit is in no state.
    private int? DispIdOf(QubeId id, ImmutableArray<RecordedEvent> events)
    {
        var value = last.Find(id)?.Properties.Find("dispid");
        foreach (var recorded in events)
        {
            if (value is null && recorded.Event is QubeAdded added && added.Qube == id)
            {
                value = added.Properties.FirstOrDefault(property => property.Name == "dispid").Value;
            }
        }

        return (int?)value?.AsInteger();
    }
}
