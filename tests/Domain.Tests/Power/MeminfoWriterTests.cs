namespace Qubes.Cqrs.Domain.Tests;

public sealed class MeminfoWriterTests
{
    private const string Feature = MeminfoWriter.Feature;

    [Fact]
    public void Switched_off_it_becomes_a_maximum_of_nothing()
    {
        var scenario = Scenario.Usual();
        var id = scenario.Id("work");
        scenario.When(draft => Features.Set(draft, id, Feature, ""))
            .Then(
                new FeatureSet(id, Feature, "", null),
                new PropertySet(id, "maxmem", PropertyValue.Of(0), PropertyValue.Of(4000)),
                new FeatureRemoved(id, Feature))
            .ThenAnnounced(
                "work|domain-feature-pre-set:service.meminfo-writer|feature=service.meminfo-writer,value=",
                "work|property-pre-set:maxmem|name=maxmem,newvalue=0,oldvalue=4000",
                "work|property-set:maxmem|name=maxmem,newvalue=0,oldvalue=4000",
                "work|domain-feature-pre-delete:service.meminfo-writer|feature=service.meminfo-writer",
                "work|domain-feature-delete:service.meminfo-writer|feature=service.meminfo-writer",
                "work|domain-feature-set:service.meminfo-writer|feature=service.meminfo-writer,value=");
    }

    [Fact]
    public void Switched_on_it_becomes_the_default_maximum()
    {
        var scenario = Scenario.Usual().Set("work", "maxmem", "0");
        scenario.Given(draft => Features.Set(draft, scenario.Id("work"), Feature, "1"));
        Assert.Equal("4000", scenario.Value("work", "maxmem"));
        Assert.False(scenario.Qube("work").Properties.ContainsKey("maxmem"));
        Assert.False(scenario.Qube("work").Features.ContainsKey(Feature));
    }

    [Theory]
    [InlineData("dom0")]
    [InlineData("rem")]
    public void Where_there_is_no_maximum_to_change_it_is_a_feature_like_any_other(string name)
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Features.Set(draft, scenario.Id(name), Feature, "")).Then(new FeatureSet(scenario.Id(name), Feature, "", null));
    }
}
