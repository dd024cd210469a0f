using System.Text.Json.Nodes;
using Qubes.Cqrs.Client;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The stream of <c>qubes.cqrs.Changes</c>, without a socket.</summary>
public sealed class StateChangesTests
{
    private static readonly StateChangesOptions Quick = new() { Pause = TimeSpan.Zero, States = 4 };

    private readonly Scenario scenario = Scenario.Usual();
    private readonly List<RecordedEvent> log = [];
    private World world;

    public StateChangesTests() => world = scenario.World with { Position = new LogPosition(100) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_is_current_hears_of_the_next_change()
    {
        var changes = Begin();
        await using var client = Follow(changes, world.Position);
        Assert.Equal("connection-established", (await client.NextAsync()).Name);
        Change(changes, "a");
        var (name, values) = await client.NextAsync();
        Assert.Equal("state-changed", name);
        Assert.Equal(("100", "101"), (values["from"], values["position"]));
        Assert.Contains("\"a\"", values["patch"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_comes_back_continues_where_it_was()
    {
        var changes = Begin();
        Change(changes, "a");
        var seen = world;
        Change(changes, "b");
        Change(changes, "c");
        await using var client = Follow(changes, seen.Position);
        await client.NextAsync();
        var (_, values) = await client.NextAsync();
        Assert.Equal(("101", "103"), (values["from"], values["position"]));
        var features = JsonNode.Parse(values["patch"])!["qubes"]![scenario.Id("work").ToString()]!["features"]!.AsObject();
        Assert.Equal(["b", "c"], features.Select(feature => feature.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(107)]
    [InlineData(long.MaxValue)]
    public async Task A_position_that_is_not_kept_or_not_there_yet_is_lost(long position)
    {
        var changes = Begin();
        foreach (var feature in new[] { "a", "b", "c", "d", "e", "f" })
        {
            Change(changes, feature);
        }

        await using var client = Follow(changes, new LogPosition(position));
        await client.NextAsync();
        var (name, values) = await client.NextAsync();
        Assert.Equal("events-lost", name);
        Assert.Empty(values);
        await client.Ended;
    }

    [Fact]
    public async Task What_is_no_longer_in_memory_is_read_from_the_log()
    {
        var changes = Begin();
        foreach (var feature in new[] { "a", "b", "c", "d", "e", "f" })
        {
            Change(changes, feature);
        }

        using var past = new PastWorlds(new FakeReader(log), new FakeSnapshots(scenario.World with { Position = new LogPosition(100) }), 2);
        changes.Past = past;
        await using var near = Follow(changes, new LogPosition(102));
        await near.NextAsync();
        var (_, values) = await near.NextAsync();
        Assert.Equal(("102", "106"), (values["from"], values["position"]));
        Assert.DoesNotContain("\"b\"", values["patch"], StringComparison.Ordinal);
        Assert.Contains("\"c\"", values["patch"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_lies_too_far_back_in_the_log_or_was_erased_is_lost()
    {
        var changes = Begin();
        foreach (var feature in new[] { "a", "b", "c", "d", "e", "f", "g", "h" })
        {
            Change(changes, feature);
        }

        var start = scenario.World with { Position = new LogPosition(100) };
        using var tooFar = new PastWorlds(new FakeReader(log), new FakeSnapshots(start), 2);
        Assert.Null(await tooFar.FindAsync(new LogPosition(103), Ct));
        using var whole = new PastWorlds(new FakeReader(log), new FakeSnapshots(start), 3);
        Assert.Equal(3, (await whole.FindAsync(new LogPosition(103), Ct))!.Qube(scenario.Id("work")).Features.Count);
        Assert.Null(await whole.FindAsync(new LogPosition(110), Ct));
        log[1] = log[1] with { Event = null };
        using var erased = new PastWorlds(new FakeReader(log), new FakeSnapshots(start), 3);
        Assert.Null(await erased.FindAsync(new LogPosition(103), Ct));
    }

    [Fact]
    public async Task A_state_that_does_not_follow_on_the_one_before_ends_the_streams()
    {
        var changes = Begin();
        await using var client = Follow(changes, world.Position);
        await client.NextAsync();
        changes.Publish(world with { Position = new LogPosition(50) }, []);
        Assert.Equal("events-lost", (await client.NextAsync()).Name);
        await client.Ended;
    }

    [Fact]
    public async Task A_client_that_does_not_read_gets_one_step_when_it_does()
    {
        var changes = Begin();
        await using var client = Follow(changes, world.Position);
        await client.NextAsync();
        client.Block();
        var mirror = new JsonObject();
        foreach (var feature in Enumerable.Range(0, 50))
        {
            Change(changes, $"f{feature}");
        }

        client.Unblock();
        var steps = 0;
        for (var position = ""; position != "150"; steps++)
        {
            var (_, values) = await client.NextAsync();
            QubesMirror.Merge(mirror, JsonNode.Parse(values["patch"])!.AsObject());
            position = values["position"];
        }

        Assert.InRange(steps, 1, 49);
        Assert.Equal(50, mirror["qubes"]![scenario.Id("work").ToString()]!["features"]!.AsObject().Count);
    }

    [Fact]
    public async Task A_caller_that_may_see_nothing_hears_nothing()
    {
        var changes = Begin();
        await using var blind = Follow(changes, world.Position, scenario.Id("work"));
        Assert.Equal("connection-established", (await blind.NextAsync()).Name);
        Assert.Contains("\"qubes\":null", (await blind.NextAsync()).Values["patch"], StringComparison.Ordinal); // it begins with nothing
        Change(changes, "a");
        world = Evolve.Apply(world, new QubeRemoved(scenario.Id("work")), world.Position.Next);
        changes.Publish(world, [Record(new QubeRemoved(scenario.Id("work")))]);
        await blind.Ended; // the caller is gone
        Assert.False(blind.HasMore);
    }

    [Fact]
    public async Task Another_caller_that_comes_back_gets_all_that_the_policy_lets_it_see_at_once()
    {
        var rules = PolicyState.Of(
            PolicyFiles.None.With("/run/qubes/policy.d", PolicyFile.Folder)
                .With("/etc/qubes/policy.d/30-t.policy", PolicyFile.Of("admin.vm.List * work work allow\nadmin.vm.feature.List * work work allow\nadmin.vm.feature.Get +a work work allow\n")),
            PolicyLocations.Standard);
        var changes = Begin();
        Change(changes, "a");
        Change(changes, "b");
        var policy = new CallPolicy(() => rules, new PolicySystems());
        await using var client = new TestFollower(stream => new StateFollower(changes, policy, scenario.Id("work")).RunAsync(stream, world.Position, world));
        Assert.Equal("connection-established", (await client.NextAsync()).Name);
        Assert.Contains("\"qubes\":null", (await client.NextAsync()).Values["patch"], StringComparison.Ordinal);
        var patch = (await client.NextAsync()).Values["patch"];
        Assert.Contains("\"features\":{\"a\":\"1\"}", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("dom0", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("\"b\"", patch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happens_to_a_disposable_is_told_at_an_unchanged_position()
    {
        var changes = Begin(Forgetting);
        Change(changes, "a");
        await using var client = Follow(changes, world.Position);
        Assert.Equal("connection-established", (await client.NextAsync()).Name);
        ChangeBeside(changes, Disposable);
        var (_, values) = await client.NextAsync();
        Assert.Equal(("101", "101"), (values["from"], values["position"]));
        Assert.Contains("disp1", values["patch"], StringComparison.Ordinal);
        ChangeBeside(changes, new QubeRemoved(Disposable.Qube));
        (_, values) = await client.NextAsync();
        Assert.Equal($"{{\"qubes\":{{\"{Disposable.Qube}\":null}}}}", values["patch"]);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    public async Task Who_may_know_disposables_that_the_log_does_not_begins_anew(long position)
    {
        var changes = Begin(Forgetting);
        Change(changes, "a");
        ChangeBeside(changes, Disposable);
        await using var client = Follow(changes, new LogPosition(position));
        await client.NextAsync();
        var (_, values) = await client.NextAsync();
        Assert.Equal("""{"properties":null,"labels":null,"pools":null,"qubes":null}""", values["patch"]);
        (_, values) = await client.NextAsync();
        Assert.Equal((position.ToString(System.Globalization.CultureInfo.InvariantCulture), "101"), (values["from"], values["position"]));
        var patch = JsonNode.Parse(values["patch"])!;
        Assert.Equal(world.Qubes.Count, patch["qubes"]!.AsObject().Count);
        Assert.Equal(["properties", "labels", "pools", "qubes"], patch.AsObject().Select(part => part.Key));
    }

    [Fact]
    public async Task A_position_with_one_state_alone_is_continued_also_when_there_are_disposables()
    {
        var changes = Begin(Forgetting);
        ChangeBeside(changes, Disposable);
        Change(changes, "a");
        await using var client = Follow(changes, new LogPosition(101));
        await client.NextAsync();
        Change(changes, "b");
        var (_, values) = await client.NextAsync();
        Assert.Equal("""{"qubes":{"ID":{"features":{"b":"1"}}}}""".Replace("ID", scenario.Id("work").ToString(), StringComparison.Ordinal), values["patch"]);
    }

    [Fact]
    public void Too_many_clients_are_refused()
    {
        var changes = new StateChanges(new StateChangesOptions { Followers = 2 });
        changes.Enter();
        changes.Enter();
        Assert.Throws<RefusedException>(changes.Enter);
        changes.Leave();
        changes.Enter();
    }

    [Fact]
    public void Large_notes_do_not_pile_up_in_memory()
    {
        var recent = new RecentStates(new StateChangesOptions { StatesBytes = 1_000_000 });
        var text = new string('x', 200_000);
        for (var position = 1; position <= 10; position++)
        {
            recent.Add(World.Empty with { Position = new LogPosition(position) }, [Record(new NotesSet(QubeId.Dom0, text))]);
        }

        Assert.Equal([9, 10], Enumerable.Range(1, 10).Where(position => recent.Find(new LogPosition(position)) is not null));
    }

    private static readonly StateChangesOptions Forgetting = Quick with { ForgetsDisposables = true };

    private static readonly QubeAdded Disposable = new(
        new QubeId(new Guid(1, 0, 0, new byte[8])), "disp1", QubeClass.DispVM, 77,
        [new("label", PropertyValue.OfLabel(1)), new("auto_cleanup", PropertyValue.True)], [], [], []);

    private void ChangeBeside(StateChanges changes, DomainEvent @event)
    {
        world = Retentions.Divide(world, @event).After;
        changes.Publish(world, [Record(@event) with { EphemeralNumber = 1 }]);
    }

    private StateChanges Begin(StateChangesOptions? options = null)
    {
        var changes = new StateChanges(options ?? Quick);
        changes.Publish(world, []);
        return changes;
    }

    private void Change(StateChanges changes, string feature)
    {
        var @event = new FeatureSet(scenario.Id("work"), feature, "1", null);
        world = Evolve.Apply(world, @event, world.Position.Next);
        log.Add(Record(@event));
        changes.Publish(world, [log[^1]]);
    }

    private RecordedEvent Record(DomainEvent @event) => new(
        world.Position, Guid.Empty, @event.Stream, new StreamVersion(1), DateTimeOffset.UnixEpoch, EventCatalog.Of(@event).Alias, @event, null);

    private TestFollower Follow(StateChanges changes, LogPosition position, QubeId? caller = null) =>
        new(stream => new StateFollower(changes, CallPolicy.None, caller ?? QubeId.Dom0).RunAsync(stream, position, world));

    private sealed class FakeReader(IReadOnlyList<RecordedEvent> log) : IEventReader
    {
        public Task<LogPosition> HeadAsync(CancellationToken ct) => Task.FromResult(log[^1].Position);

        public async IAsyncEnumerable<RecordedEvent> ReadAsync(
            LogPosition after, LogPosition? upTo, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            await Task.Yield();
            foreach (var recorded in log.Where(recorded => recorded.Position > after && (upTo is null || recorded.Position <= upTo)))
            {
                yield return recorded;
            }
        }
    }

    private sealed class FakeSnapshots(World world) : ISnapshotStore
    {
        public Task<World?> FindAsync(LogPosition? upTo, CancellationToken ct) => Task.FromResult(upTo is null || world.Position <= upTo ? world : null);

        public Task SaveAsync(World world, CancellationToken ct) => Task.CompletedTask;
    }
}
