using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What the log keeps and what the journal holds beside it give the live state together, and the log alone tells of no disposable.</summary>
public sealed class EphemeralLaws
{
    private const int Changes = 120;

    [Fact]
    public void The_log_and_then_the_journal_give_the_live_world() => ForAnyHistory(history =>
        Worlds.Describe(Retentions.Restore(history.Log, history.Journal)) == Worlds.Describe(history.Live));

    [Fact]
    public void The_network_that_a_disposable_began_with_stays_known_when_the_default_changes()
    {
        var scenario = Scenario.Usual();
        var id = new QubeId(Guid.Parse("03b9c8ba-d3ac-a9fc-08c7-baa8fdf6ad01"));
        scenario.When(draft =>
        {
            draft.Record(new PropertySet(null, "default_netvm", PropertyValue.Of(scenario.Id("net")), null));
            draft.Record(new QubeAdded(
                id, "disp7", QubeClass.DispVM, 77,
                [new NamedValue("auto_cleanup", PropertyValue.True), new NamedValue("template", PropertyValue.Of(scenario.Id("dvm")))], [], [], []));
            draft.Record(new StartRequested(id, "run"));
            draft.Record(new QubeSpawning(id, "run"));
            draft.Record(new QubeSpawned(id, "run", 7, -1, null, 1));
            draft.Record(new PropertySet(null, "default_netvm", PropertyValue.NoQube, PropertyValue.Of(scenario.Id("net"))));
        });
        var history = History.Of([.. WorldEvents.Of(Scenario.Usual().World), .. scenario.Events]);
        Assert.Equal(scenario.Id("net"), history.Live.Runs[id].NetVm);
        Assert.Equal(Worlds.Describe(history.Live), Worlds.Describe(Retentions.Restore(history.Log, history.Journal)));
    }

    [Fact]
    public void A_world_that_was_restored_goes_on_as_the_live_one_does() => ForAnyHistory(history =>
    {
        var restored = Retentions.Restore(history.Log, history.Journal);
        return restored.Apart is null ? history.Live.Apart is null : history.Live.Apart is { } apart && restored.Apart.Subjects.SetEquals(apart.Subjects);
    });

    [Fact]
    public void The_log_gives_the_kept_world() => ForAnyHistory(history => Worlds.Describe(history.Log) == Worlds.Describe(history.Live.Kept));

    [Fact]
    public void A_journal_that_was_compacted_gives_the_same() => ForAnyHistory(history =>
        Worlds.Describe(Retentions.Restore(history.Log, Retentions.Of(history.Live))) == Worlds.Describe(history.Live));

    [Fact]
    public void No_event_of_the_log_names_a_disposable() => ForAnyHistory(history =>
    {
        Assert.True(history.Told.Count == 0, string.Join("\n", history.Told));
        return true;
    });

    [Fact]
    public void The_live_world_is_what_the_events_give() => ForAnyHistory(history => Worlds.Describe(Worlds.Fold(history.Events)) == Worlds.Describe(history.Live));

    [Fact]
    public void Disposables_that_were_kept_under_other_settings_are_taken_out() => ForAnyHistory(history =>
    {
        var stored = Worlds.Fold(history.Events);
        var division = Retentions.Evict(stored);
        var log = division.Kept.Aggregate(stored, Evolve.Apply);
        return !log.Qubes.Values.Any(Retentions.IsEphemeral) && Worlds.Describe(Retentions.Restore(log, division.Ephemeral)) == Worlds.Describe(stored) &&
            Worlds.Describe(division.After) == Worlds.Describe(stored) && Worlds.Describe(division.After.Kept) == Worlds.Describe(log);
    });

    private static void ForAnyHistory(Func<History, bool> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => law(History.Of(seed))).QuickCheckThrowOnFailure();

    private sealed class History
    {
        public List<DomainEvent> Events { get; } = [];

        public World Live { get; private set; } = World.Empty;

        public World Log { get; private set; } = World.Empty;

        public List<EphemeralChange> Journal { get; } = [];

        /// <summary>Events of the log that hold a secret.</summary>
        public List<string> Told { get; } = [];

        private HashSet<string> Secrets { get; } = [];

        private HashSet<string> Known { get; } = [];

        public static History Of(IEnumerable<DomainEvent> events)
        {
            var history = new History();
            history.Add(events);
            return history;
        }

        public static History Of(int seed)
        {
            var random = new Random(seed);
            var history = new History();
            var scenario = Scenario.Usual();
            history.Add(WorldEvents.Of(scenario.World));
            for (var change = 0; change < Changes; change++)
            {
                scenario.When(random.Next(3) == 0 ? RandomChange.Next(random) : RandomDisposableChange.Next(random));
                history.Add(scenario.Events);
            }

            return history;
        }

        private void Add(IEnumerable<DomainEvent> events)
        {
            foreach (var @event in events)
            {
                Events.Add(@event);
                var division = Retentions.Divide(Live, @event);
                Live = division.After;
                Log = division.Kept.Aggregate(Log, Evolve.Apply);
                Journal.AddRange(division.Ephemeral);
                Secrets.UnionWith(Live.Qubes.Values.Where(Retentions.IsEphemeral).SelectMany(Words));
                Known.UnionWith(Live.Kept.Qubes.Values.SelectMany(Words));
                var texts = division.Kept.Select(kept => kept.Stream + JsonSerializer.Serialize(kept, kept.GetType()));
                Told.AddRange(texts.SelectMany(text => Secrets.Except(Known).Where(secret => text.Contains(secret, StringComparison.Ordinal)).Select(secret => $"{secret} in {text}")));
            }
        }

        // What was in the log already, before the qube became such a disposable or afterwards, is no secret.
        private static IEnumerable<string> Words(Qube qube) => [qube.Id.ToString(), $"\"{qube.Name}\"", $"-{qube.Name}\"", $"/{qube.Name}/", $" {qube.Name}\""];
    }
}
