using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps the databases at the newest event, and passes on what each event writes.</summary>
public sealed class QubesDbFollower
{
    private World world = World.Empty;
    private QubesDbState state = QubesDbState.Empty;

    /// <summary>Who writes; may be set once, before the first event.</summary>
    public IDatabaseSink? Sink { get; set; }

    /// <summary>The databases as of the last event.</summary>
    public QubesDbState Current => Volatile.Read(ref state);

    /// <summary>Begins at a world with the databases that belong to it (<see cref="QubesDbReplay"/>).</summary>
    public void Begin(World current, QubesDbState databases)
    {
        world = current;
        Volatile.Write(ref state, databases);
    }

    /// <summary>Follows a commit; never blocks. Called by one thread at a time.</summary>
    public void Committed(ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            var after = Evolve.Apply(world, recorded.Event, recorded.Position);
            var step = QubesDbView.Apply(state, world, after, recorded);
            world = after;

            // The state first: who writes everything from it may then leave out the changes up to its position.
            Volatile.Write(ref state, step.State);
            if (step.Changes.Length > 0)
            {
                Sink?.Publish(recorded.Position, step.Changes);
            }
        }
    }
}
