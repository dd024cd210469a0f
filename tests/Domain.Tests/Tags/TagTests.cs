namespace Qubes.Cqrs.Domain.Tests;

public sealed class TagTests
{
    [Fact]
    public void Adding_a_tag_records_and_announces_it()
    {
        var scenario = Scenario.Usual();
        var id = scenario.Id("work");
        scenario.When(draft => Tags.Add(draft, id, "audio")).Then(new TagAdded(id, "audio")).ThenAnnounced("work|domain-tag-add:audio|tag=audio");
    }

    [Fact]
    public void Adding_it_again_does_nothing()
    {
        var scenario = Scenario.Usual();
        var id = scenario.Id("work");
        scenario.Given(draft => Tags.Add(draft, id, "audio")).When(draft => Tags.Add(draft, id, "audio")).Then().ThenAnnounced();
    }

    [Fact]
    public void Removing_an_absent_tag_is_refused()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Tags.Remove(draft, scenario.Id("work"), "audio")).ThenFails<TagNotFoundException>("Tag not set for domain work: audio");
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void Other_characters_are_refused(string tag) =>
        Assert.Equal("disallowed characters", Assert.Throws<InvalidTagException>(() => Tags.Check(tag)).Message);

    [Fact]
    public void A_creator_that_is_not_there_is_refused()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Tags.Add(draft, scenario.Id("work"), "created-by-nobody"))
            .ThenFails<QubeNotFoundException>("No such domain: 'nobody'");
        Assert.DoesNotContain("created-by-nobody", scenario.Qube("work").Tags);
    }

    [Fact]
    public void A_new_guivm_replaces_the_tag_of_the_old_one()
    {
        var scenario = Scenario.Usual().Set("work", "guivm", "net");
        Assert.Contains("guivm-net", scenario.Qube("work").Tags);
        Assert.DoesNotContain("guivm-dom0", scenario.Qube("work").Tags);
    }
}
