using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What holds after any sequence of wishes, granted or refused.</summary>
public sealed class WorldLaws
{
    private const int Changes = 150;

    [Fact]
    public void Replaying_the_events_gives_the_live_world() => ForAnyHistory((world, events) =>
        Worlds.Describe(Worlds.Fold(events)) == Worlds.Describe(world));

    [Fact]
    public void A_snapshot_gives_the_world_that_it_was_made_of() => ForAnyHistory((world, _) =>
        Worlds.Describe(Worlds.Fold(WorldEvents.Of(world))) == Worlds.Describe(world));

    [Fact]
    public void A_snapshot_and_the_tail_give_the_live_world() => ForAnyHistory((world, events) =>
    {
        var half = Worlds.Fold(events.Take(events.Count / 2));
        var restored = Worlds.Fold(WorldEvents.Of(half));
        return Worlds.Describe(events.Skip(events.Count / 2).Aggregate(restored, Evolve.Apply)) == Worlds.Describe(world);
    });

    [Fact]
    public void The_difference_of_two_worlds_leads_from_one_to_the_other() => ForAnyHistory((world, events) =>
    {
        var earlier = Worlds.Fold(events.Take(events.Count / 3));
        var there = WorldDifference.Events(earlier, world).Aggregate(earlier, Evolve.Apply);
        // Features keep the order in which they were first set, which a difference cannot know of.
        return Sorted(there) == Sorted(world) && !WorldDifference.Events(world, world).Any();
    });

    [Fact]
    public void Names_and_numbers_are_unique_and_known() => ForAnyHistory((world, _) =>
        world.Names.Count == world.Qubes.Count && world.Qids.Count == world.Qubes.Count &&
        world.Names.All(entry => world.Qubes[entry.Value].Name == entry.Key) &&
        world.Qubes.Values.All(qube => world.Qids.Contains(qube.Qid)));

    [Fact]
    public void References_lead_to_what_is_there() => ForAnyHistory((world, _) =>
        world.Qubes.Values.SelectMany(qube => qube.Properties).Concat(world.Properties).All(entry =>
            (entry.Value.AsQube() is not { } id || world.Find(id) is not null) &&
            (entry.Value.AsLabel() is not { } index || world.Labels.ContainsKey(index))));

    [Fact]
    public void Volumes_lie_in_pools_that_are_there() => ForAnyHistory((world, _) =>
        world.Qubes.Values.All(qube => qube.Volumes.All(volume => world.FindPool(volume.Pool) is not null)));

    [Fact]
    public void The_network_has_no_loop() => ForAnyHistory((world, _) => world.Qubes.Values.All(qube =>
        NetworkValues.NetVm(world, qube) is not { } netvm || !NetworkValues.LeadsTo(world, netvm, qube.Id)));

    [Fact]
    public void Every_property_can_be_read() => ForAnyHistory((world, _) =>
        world.Qubes.Values.All(qube => PropertyCatalog.Of(qube).All(property => PropertyValues.Show(world, PropertyValues.Get(world, qube, property), "") is not null)));

    [Fact]
    public void The_feature_of_memory_balancing_never_remains() => ForAnyHistory((world, _) =>
        world.Qubes.Values.All(qube => qube.IsDom0 || !qube.IsLocal || !qube.Features.ContainsKey(MeminfoWriter.Feature)));

    [Fact]
    public void Features_hold_only_what_is_accepted() => ForAnyHistory((world, _) => world.Qubes.Values.All(qube => qube.Features
        .Where(feature => feature.Key.StartsWith("service.", StringComparison.Ordinal) || feature.Key.StartsWith("vm-config.", StringComparison.Ordinal) ||
            feature.Key.StartsWith("custom-persist.", StringComparison.Ordinal))
        .All(feature => Scenario.Given(world).When(draft => Features.Set(draft, qube.Id, feature.Key, feature.Value)).Refusal is null)));

    [Fact]
    public void Preloaded_disposables_are_there_and_based_on_their_template() => ForAnyHistory((world, _) =>
        world.Qubes.Values.Where(Preload.CanHave).All(template => Preload.Listed(template).All(name =>
            world.Find(name) is { } disposable && Templates.Of(world, disposable)?.Id == template.Id)));

    [Theory]
    [InlineData("guivm", "default_guivm")]
    [InlineData("audiovm", "default_audiovm")]
    [InlineData("relayvm", null)]
    public void Right_after_a_reference_changed_the_tag_names_what_it_leads_to(string property, string? global) => ForAnyStep(scenario =>
    {
        var changed = scenario.Events.Select(@event => @event switch
        {
            PropertySet e when e.Property == property || (e.Qube is null && e.Property == global) => e.Qube ?? QubeId.Dom0,
            PropertyReset e when e.Property == property => e.Qube,
            _ => null,
        }).OfType<QubeId>().ToHashSet();
        var followers = scenario.World.Qubes.Values.Where(qube => PropertyCatalog.Find(qube.Class, property) is not null &&
            (changed.Contains(qube.Id) || (changed.Contains(QubeId.Dom0) && !qube.Properties.ContainsKey(property))));
        return followers.All(qube => qube.Tags.Where(tag => tag.StartsWith(property + "-", StringComparison.Ordinal))
            .SequenceEqual(PropertyValues.GetQube(scenario.World, qube, property) is { } target ? [$"{property}-{target.Name}"] : []));
    });

    [Fact]
    public void Loading_what_was_saved_twice_changes_nothing_the_second_time() => ForAnyHistory((world, _) =>
        Loading.Follow(Loading.Follow(world).Aggregate(world, Evolve.Apply)).Count == 0);

    [Fact]
    public void Qubes_that_refer_to_one_another_in_circles_can_be_read()
    {
        // As a hostile store could have it: everything refers to the next qube, the last one to the first.
        const int count = 500;
        var ids = Enumerable.Range(1, count).Select(number => new QubeId(new Guid(number, 0, 0, new byte[8]))).ToList();
        var classes = new[] { QubeClass.AppVM, QubeClass.DispVM, QubeClass.TemplateVM, QubeClass.StandaloneVM };
        var world = FreshSystem.Events(Scenario.Host).Aggregate(World.Empty, Evolve.Apply);
        for (var index = 0; index < count; index++)
        {
            var next = PropertyValue.Of(ids[(index + 1) % count]);
            NamedValue[] properties =
            [
                .. new[] { "netvm", "guivm", "audiovm", "default_dispvm", "management_dispvm", "template" }.Select(name => new NamedValue(name, next)),
                new("provides_network", PropertyValue.True), new("label", PropertyValue.OfLabel(1)),
            ];
            world = Evolve.Apply(world, new QubeAdded(ids[index], "q" + index, classes[index % 4], index + 1, [.. properties], [], [], []));
        }

        Assert.All(world.Qubes.Values.Take(40), qube => Assert.All(PropertyCatalog.Of(qube), property => PropertyValues.Get(world, qube, property)));
        Assert.All(world.Qubes.Values.Take(40), qube => Assert.Null(FeatureLookup.WithNetVm(world, qube, "nowhere")));
    }

    private static string Sorted(World world) => string.Join('\n', Worlds.Describe(world).Split('\n')
        .Select(line => new string([.. line.Order()])).Order(StringComparer.Ordinal));

    private static void ForAnyHistory(Func<World, IReadOnlyList<DomainEvent>, bool> law) => ForAny(_ => true, law);

    private static void ForAnyStep(Func<Scenario, bool> law) => ForAny(law, (_, _) => true);

    private static void ForAny(Func<Scenario, bool> ofStep, Func<World, IReadOnlyList<DomainEvent>, bool> ofHistory) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => Holds(seed, ofStep, ofHistory)).QuickCheckThrowOnFailure();

    private static bool Holds(int seed, Func<Scenario, bool> ofStep, Func<World, IReadOnlyList<DomainEvent>, bool> ofHistory)
    {
        var random = new Random(seed);
        List<DomainEvent> events = [.. FreshSystem.Events(Scenario.Host)];
        var scenario = Scenario.Fresh();
        for (var change = 0; change < Changes; change++)
        {
            var before = scenario.World;
            scenario.When(RandomChange.Next(random));
            events.AddRange(scenario.Events);
            if ((scenario.Refusal is not null && !ReferenceEquals(before, scenario.World)) || !ofStep(scenario))
            {
                return false;
            }
        }

        return ofHistory(scenario.World, events);
    }
}
