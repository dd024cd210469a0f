using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps the databases at the newest event, and passes on what each event writes.</summary>
public sealed class QubesDbFollower
{
    private World world = World.Empty;
    private Followed now = new(QubesDbState.Empty, 0);

    /// <summary>Who writes; may be set once, before the first event.</summary>
    public IDatabaseSink? Sink { get; set; }

    /// <summary>The databases as of the last event.</summary>
    public QubesDbState Current => Now.State;

    /// <summary>The databases with the number of events that were followed to them: what a disposable does moves no position of the log.</summary>
    public Followed Now => Volatile.Read(ref now);

    /// <summary>Begins at a world with the databases that belong to it (<see cref="QubesDbReplay"/>).</summary>
    public void Begin(World current, QubesDbState databases)
    {
        world = current;
        Volatile.Write(ref now, Now with { State = databases });
    }

    /// <summary>Puts other databases in the place of those of the present, and has written what differs. Not while commits are followed.</summary>
    public void Exchange(QubesDbState databases)
    {
        var changes = ImmutableArray.CreateBuilder<DatabaseChange>();
        foreach (var (qube, wanted) in databases.Databases)
        {
            var found = now.State.Find(qube)?.Keys ?? QubeDatabase.NoKeys;
            changes.AddRange(found.Keys.Except(wanted.Keys.Keys).Select(path => new DatabaseChange(qube, path, null)));
            changes.AddRange(wanted.Keys.Where(key => found.GetValueOrDefault(key.Key) != key.Value).Select(key => new DatabaseChange(qube, key.Key, key.Value)));
        }

        Volatile.Write(ref now, new Followed(databases, now.Number + 1));
        if (changes.Count > 0)
        {
            Sink?.Publish(now.Number, changes.ToImmutable());
        }
    }

    /// <summary>Follows a commit; never blocks. Called by one thread at a time.</summary>
    public void Committed(ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            var after = Evolve.Apply(world, recorded.Event, recorded.Position);
            var step = QubesDbView.Apply(now.State, world, after, recorded);
            world = after;

            // The state first: who writes everything from it may then leave out the changes up to its number.
            Volatile.Write(ref now, new Followed(step.State, now.Number + 1));
            if (step.Changes.Length > 0)
            {
                Sink?.Publish(now.Number, step.Changes);
            }
        }
    }
}

/// <summary>The databases after so many events.</summary>
/// <param name="State">The databases.</param>
/// <param name="Number">How many events this process has followed.</param>
public sealed record Followed(QubesDbState State, long Number);
