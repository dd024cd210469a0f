namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What follows from importing a store.</summary>
public sealed class LoadingTests
{
    [Fact]
    public void A_world_that_was_lived_through_needs_nothing() => Assert.Empty(Loading.Follow(Scenario.Usual().World));

    [Fact]
    public void Tags_follow_the_properties()
    {
        var scenario = Scenario.Usual();
        var (work, tpl, rem) = (scenario.Id("work"), scenario.Id("tpl"), scenario.Id("rem"));
        Told(
            scenario,
            new PropertySet(work, "guivm", PropertyValue.Of(scenario.Id("net")), null),
            new TagRemoved(tpl, "audiovm-dom0"),
            new TagAdded(tpl, "audiovm-gone"),
            new PropertySet(rem, "relayvm", PropertyValue.Of(scenario.Id("net")), null));
        Assert.Equal(
            [
                new TagAdded(rem, "relayvm-net"),
                new TagRemoved(tpl, "audiovm-gone"),
                new TagAdded(tpl, "audiovm-dom0"),
                new TagRemoved(work, "guivm-dom0"),
                new TagAdded(work, "guivm-net"),
            ],
            Loading.Follow(scenario.World));
    }

    [Fact]
    public void Preloaded_disposables_that_are_gone_leave_the_list()
    {
        var scenario = Scenario.Usual().Create(QubeClass.DispVM, "d1", "dvm");
        var dvm = scenario.Id("dvm");
        Told(scenario, new FeatureSet(dvm, Preload.ListFeature, "gone d1 work", null));
        Assert.Equal([new FeatureSet(dvm, Preload.ListFeature, "d1", "gone d1 work")], Loading.Follow(scenario.World));
    }

    // As a store says it: without what follows from it.
    private static void Told(Scenario scenario, params DomainEvent[] facts) => scenario.Given(draft => Array.ForEach(facts, draft.Record));
}
