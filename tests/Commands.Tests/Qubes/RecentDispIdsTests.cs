using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>Numbers of disposables that are gone rest for seven days.</summary>
public sealed class RecentDispIdsTests
{
    private static readonly QubeId Id = new(Guid.Parse("00000000-0000-0000-0000-000000000009"));
    private static readonly QubeAdded Added = new(Id, "disp7", QubeClass.DispVM, 9, [new("dispid", PropertyValue.Of(7))], [], [], []);
    private readonly StandingClock time = new();
    private World world = World.Empty;

    [Fact]
    public void A_number_rests_for_seven_days()
    {
        var recent = new RecentDispIds(time);
        Commit(recent, Added);
        Assert.Empty(recent.Current);
        Commit(recent, new QubeRemoved(Id));
        time.Pass(TimeSpan.FromDays(7));
        Assert.Equal([7], recent.Current);
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(recent.Current);
    }

    [Fact]
    public void Also_when_it_came_and_went_in_one_commit()
    {
        var recent = new RecentDispIds(time);
        Commit(recent, Added, new QubeRemoved(Id));
        Assert.Equal([7], recent.Current);
    }

    [Fact]
    public void Also_when_it_was_there_from_the_start()
    {
        var recent = new RecentDispIds(time);
        world = Evolve.Apply(World.Empty, Added);
        recent.Begin(world);
        Commit(recent, new QubeRemoved(Id));
        Assert.Equal([7], recent.Current);
    }

    [Fact]
    public void Other_qubes_have_no_number()
    {
        var recent = new RecentDispIds(time);
        Commit(recent, Added with { Class = QubeClass.AppVM, Properties = [] });
        Commit(recent, new QubeRemoved(Id));
        Assert.Empty(recent.Current);
    }

    private void Commit(RecentDispIds recent, params DomainEvent[] events)
    {
        var recorded = ImmutableArray.CreateBuilder<RecordedEvent>();
        foreach (var @event in events)
        {
            world = Evolve.Apply(world, @event, world.Position.Next);
            recorded.Add(Record(@event));
        }

        recent.Committed(world, recorded.ToImmutable());
    }

    private RecordedEvent Record(DomainEvent @event) =>
        new(world.Position, Guid.Empty, @event.Stream, new StreamVersion(1), time.GetUtcNow(), "", @event, null);
}
