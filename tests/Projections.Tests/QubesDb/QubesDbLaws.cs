using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What holds of the databases after any history.</summary>
public sealed class QubesDbLaws
{
    private const int Length = 250;

    [Fact]
    public void Whoever_makes_the_changes_in_order_has_the_keys() => ForAnyHistory(log =>
    {
        var written = new Dictionary<QubeId, SortedDictionary<string, string>>();
        return All(log, (state, changes) =>
        {
            Write(written, state, changes);
            return state.Databases.All(database => database.Value.Keys.SequenceEqual(written.GetValueOrDefault(database.Key) ?? []));
        });
    });

    [Fact]
    public void There_is_a_database_for_dom0_and_for_each_run_that_is_active() => ForAnyHistory(log =>
    {
        var world = World.Empty;
        var state = QubesDbState.Empty;
        foreach (var recorded in log.Events)
        {
            var after = Evolve.Apply(world, recorded.Event, recorded.Position);
            state = QubesDbView.Apply(state, world, after, recorded).State;
            world = after;
        }

        var due = world.Runs.Where(run => run.Value.IsActive).Select(run => (run.Key, run.Value.Id)).Append((QubeId.Dom0, "")).ToHashSet();
        return due.IsSupersetOf(state.Databases.Select(entry => (entry.Key, entry.Value.Run)));
    });

    [Fact]
    public void A_rebuild_from_the_log_gives_what_was_lived_through() => ForAnyHistory(log =>
    {
        var (world, live) = Live(log, log.Events.Count);
        var rebuilt = QubesDbReplay.AtAsync(log, log, null, CancellationToken.None).GetAwaiter().GetResult();
        return rebuilt.World.Position == world.Position && Same(rebuilt.State, QubesDbView.Complete(live, world));
    });

    [Fact]
    public void A_rebuild_needs_no_more_than_the_worlds_before_the_oldest_run() => ForAnyHistory(log =>
    {
        // Snapshots at every so many events, so that the worlds come from them, and a position in the middle.
        var world = World.Empty;
        foreach (var recorded in log.Events)
        {
            world = Evolve.Apply(world, recorded.Event, recorded.Position);
            if (recorded.Position.Value % 20 == 0)
            {
                log.Snapshots.Add(world);
            }
        }

        var middle = log.Events.Count * 2 / 3;
        var (then, live) = Live(log, middle);
        var rebuilt = QubesDbReplay.AtAsync(log, log, new LogPosition(middle), CancellationToken.None).GetAwaiter().GetResult();
        return Same(rebuilt.State, QubesDbView.Complete(live, then));
    });

    [Fact]
    public void Every_prefix_of_a_history_is_a_history() => ForAnyHistory(log =>
    {
        var (_, once) = Live(log, log.Events.Count / 2);
        var (_, again) = Live(log, log.Events.Count / 2);
        return Same(once, again);
    });

    [Fact]
    public void Only_what_a_database_can_hold_is_written() => ForAnyHistory(log => All(log, (_, changes) => changes.All(change =>
        (DatabaseKeys.IsPath(change.Path) || (change.Value is null && change.Path.EndsWith('/'))) &&
        (change.Value is null || DatabaseKeys.IsValue(change.Value) || change is { Path: DatabaseKeys.SeedPath, Value: DatabaseKeys.RandomSeed }))));

    [Fact]
    public void A_follower_has_the_same_databases() => ForAnyHistory(log =>
    {
        var follower = new QubesDbFollower();
        follower.Committed([.. log.Events]);
        return Same(follower.Current, Live(log, log.Events.Count).State);
    });

    private static void ForAnyHistory(Func<FakeLog, bool> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => law(FakeLog.Of(RunHistory.Of(seed, Length)))).QuickCheckThrowOnFailure();

    private static (World World, QubesDbState State) Live(FakeLog log, int upTo)
    {
        var (world, state) = (World.Empty, QubesDbState.Empty);
        foreach (var recorded in log.Events.Take(upTo))
        {
            var after = Evolve.Apply(world, recorded.Event, recorded.Position);
            state = QubesDbView.Apply(state, world, after, recorded).State;
            world = after;
        }

        return (world, state);
    }

    private static bool All(FakeLog log, Func<QubesDbState, IEnumerable<DatabaseChange>, bool> holds)
    {
        var (world, state) = (World.Empty, QubesDbState.Empty);
        foreach (var recorded in log.Events)
        {
            var after = Evolve.Apply(world, recorded.Event, recorded.Position);
            var step = QubesDbView.Apply(state, world, after, recorded);
            (world, state) = (after, step.State);
            if (!holds(state, step.Changes))
            {
                return false;
            }
        }

        return true;
    }

    // What a daemon would hold: it is new for each run, and gone with it.
    private static void Write(Dictionary<QubeId, SortedDictionary<string, string>> written, QubesDbState state, IEnumerable<DatabaseChange> changes)
    {
        foreach (var gone in written.Keys.Where(qube => !state.Databases.ContainsKey(qube)).ToList())
        {
            written.Remove(gone);
        }

        foreach (var (qube, database) in state.Databases)
        {
            if (!written.ContainsKey(qube) || database.Since == state.Position)
            {
                written[qube] = new SortedDictionary<string, string>(StringComparer.Ordinal);
            }
        }

        foreach (var change in changes.Where(change => written.ContainsKey(change.Qube)))
        {
            var keys = written[change.Qube];
            if (change.Value is { } value)
            {
                keys[change.Path] = value;
            }
            else
            {
                foreach (var path in keys.Keys.Where(path => path == change.Path || (change.Path.EndsWith('/') && path.StartsWith(change.Path, StringComparison.Ordinal))).ToList())
                {
                    keys.Remove(path);
                }
            }
        }
    }

    private static bool Same(QubesDbState left, QubesDbState right) =>
        left.Databases.Count == right.Databases.Count && left.Databases.All(entry =>
            right.Find(entry.Key) is { } other && other.Name == entry.Value.Name && other.Run == entry.Value.Run && other.Since == entry.Value.Since &&
            other.Keys.SequenceEqual(entry.Value.Keys));
}
