using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>A history of random wishes, with the states that were live as it went.</summary>
internal sealed class RandomHistory
{
    private const int Changes = 80;

    private RandomHistory(int seed)
    {
        Random = new Random(seed);
        Live.Add(World.Empty);
        var scenario = Scenario.Fresh();
        Record(FreshSystem.Events(Scenario.Host), scenario.World);
        for (var change = 0; change < Changes; change++)
        {
            scenario.When(RandomChange.Next(Random));
            Record(scenario.Events, scenario.World);
        }
    }

    /// <summary>Chance that goes on from the same seed.</summary>
    public Random Random { get; }

    /// <summary>The log, with snapshots of some positions as they are stored.</summary>
    public FakeLog Log { get; } = new();

    /// <summary>The live state after each position; null in the middle of a decision, which nobody saw.</summary>
    public List<World?> Live { get; } = [];

    /// <summary>The state after each position, folded event by event.</summary>
    public List<World> Folded { get; } = [World.Empty];

    /// <summary>A random position.</summary>
    public int Any() => Random.Next(Folded.Count);

    /// <summary>Checks a law.</summary>
    public static void Hold(Func<RandomHistory, bool> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => law(new RandomHistory(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private void Record(IEnumerable<DomainEvent> events, World live)
    {
        foreach (var @event in events)
        {
            Log.Add(Log.Events.Count + 1, @event);
            Live.Add(null);
            Folded.Add(Evolve.Apply(Folded[^1], @event, new LogPosition(Folded.Count)));
            if (Random.Next(15) == 0)
            {
                Log.Snapshots.Add(WorldEvents.Of(Folded[^1]).Aggregate(World.Empty, Evolve.Apply) with { Position = Folded[^1].Position });
            }
        }

        Live[^1] = live;
    }
}
