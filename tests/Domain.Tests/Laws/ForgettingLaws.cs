using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What is erased from a history changes nothing about the state in force.</summary>
public sealed class ForgettingLaws
{
    private const int Changes = 150;
    private static readonly string[] Callers = ["dom0", "dom0", "dom0", "a", "sys-net", "dvm"];

    [Fact]
    public void A_history_without_a_removed_qube_and_with_what_is_stated_anew_gives_the_state_in_force() => ForAny((log, world) =>
        Removed(log, world).All(gone =>
        {
            var traces = new QubeTraces(gone.Qube, gone.Name, Names(log));
            var left = log.Where(recorded => !traces.Follow(recorded)).Select(recorded => recorded.Event!).ToList();
            if (traces.References(world).Any())
            {
                return true;
            }

            var restated = Restatement.Of(Worlds.Fold(left), world);
            return Worlds.Describe(Worlds.Fold([.. left, .. restated])) == Worlds.Describe(world) &&
                Worlds.Describe(restated.Aggregate(world, Evolve.Apply)) == Worlds.Describe(world) &&
                !Leads(gone, [.. left, .. restated]);
        }));

    [Fact]
    public void Old_activity_can_go_without_changing_any_later_state() => ForAny((log, world) =>
    {
        var limit = log.Count / 2;
        var atLimit = Worlds.Fold(log.Take(limit).Select(recorded => recorded.Event!));
        var entries = log.Take(limit).Where(recorded => EventCatalog.Of(recorded.Event!).Retention == Retention.Activity).Select(recorded =>
            new ActivityEntry(recorded.Position, recorded.Stream.Qube!.Value, recorded.Type, ActivityRetention.RunsOf(recorded.Event!))).ToList();
        var erased = ActivityRetention.Erasable(entries, atLimit).ToHashSet();
        var left = log.Where(recorded => !erased.Contains(recorded.Position)).ToList();
        return Worlds.Describe(Worlds.Fold(left.Select(recorded => recorded.Event!))) == Worlds.Describe(world) &&
            Worlds.Describe(Worlds.Fold(left.Where(recorded => recorded.Position.Value <= limit).Select(recorded => recorded.Event!))) == Worlds.Describe(atLimit);
    });

    // Where the log could tell of a qube, in another way than the rules look for it.
    private static bool Leads(QubeAdded gone, IEnumerable<DomainEvent> events) => events.Any(@event =>
        @event.Stream.Qube == gone.Qube || System.Text.Json.JsonSerializer.Serialize(@event, @event.GetType()).Contains(gone.Qube.ToString(), StringComparison.Ordinal));

    private static IEnumerable<string> Names(IEnumerable<RecordedEvent> log) => log.Select(recorded => recorded.Event).OfType<QubeAdded>().Select(added => added.Name).Distinct();

    private static IEnumerable<QubeAdded> Removed(IEnumerable<RecordedEvent> log, World world) => log
        .Select(recorded => recorded.Event).OfType<QubeAdded>().Where(added => world.Find(added.Qube) is null).DistinctBy(added => added.Qube).Take(4);

    private static void ForAny(Func<IReadOnlyList<RecordedEvent>, World, bool> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => Holds(seed, law)).QuickCheckThrowOnFailure();

    private static bool Holds(int seed, Func<IReadOnlyList<RecordedEvent>, World, bool> law)
    {
        var random = new Random(seed);
        var log = new List<RecordedEvent>();
        Add(FreshSystem.Events(Scenario.Host), "dom0");
        var scenario = Scenario.Fresh();
        for (var change = 0; change < Changes; change++)
        {
            scenario.When(RandomChange.Next(random));
            Add(scenario.Events, Callers[random.Next(Callers.Length)]);
        }

        return law(log, scenario.World);

        void Add(IEnumerable<DomainEvent> events, string caller)
        {
            foreach (var @event in events)
            {
                log.Add(new RecordedEvent(
                    new LogPosition(log.Count + 1), Guid.Empty, @event.Stream, new StreamVersion(1), default, EventCatalog.Of(@event).Alias, @event,
                    new EventMetadata("", null, caller) { Method = "m" }));
            }
        }
    }
}
