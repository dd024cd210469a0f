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

    [Fact]
    public void A_creator_gives_more_tags_and_a_guivm()
    {
        var scenario = Scenario.Usual();
        scenario.Given(draft => Features.Set(draft, QubeId.Dom0, "tag-created-vm-with", "one  two"))
            .Given(draft => Features.Set(draft, QubeId.Dom0, "set-created-guivm", "net"))
            .Create(QubeClass.AppVM, "new");
        Assert.Equal(["audiovm-dom0", "created-by-dom0", "guivm-net", "one", "two"], scenario.Qube("new").Tags);
        Assert.Equal("net", scenario.Value("new", "guivm"));
    }

    [Theory]
    [InlineData("net")]
    [InlineData("nobody")]
    public void A_creator_of_a_remote_qube_gives_it_nothing(string creator)
    {
        var scenario = Scenario.Usual();
        var id = scenario.Id("rem");
        scenario.Given(draft => Features.Set(draft, scenario.Id("net"), "tag-created-vm-with", "one"))
            .When(draft => Tags.Add(draft, id, "created-by-" + creator))
            .Then(new TagAdded(id, "created-by-" + creator));
    }

    [Fact]
    public void Creators_that_name_one_another_in_a_circle_come_to_an_end()
    {
        var scenario = Scenario.Usual();
        scenario.Given(draft => Features.Set(draft, scenario.Id("work"), "tag-created-vm-with", "created-by-net x"))
            .Given(draft => Features.Set(draft, scenario.Id("net"), "tag-created-vm-with", "created-by-work y"))
            .Given(draft => Tags.Add(draft, scenario.Id("dvm"), "created-by-work"));
        Assert.Superset(new HashSet<string> { "created-by-work", "created-by-net", "x", "y" }, scenario.Qube("dvm").Tags.ToHashSet());
    }

    [Fact]
    public void A_long_chain_of_creators_is_refused_before_the_stack_ends()
    {
        var scenario = Scenario.Usual();
        for (var index = 0; index < 3000; index++)
        {
            var id = new QubeId(new Guid(index + 1, 0, 0, new byte[8]));
            scenario.Given(draft => draft.Record(new QubeAdded(
                id, $"q{index}", QubeClass.RemoteVM, 100 + index, [], [new("tag-created-vm-with", $"created-by-q{index + 1}")], [], [])));
        }

        scenario.When(draft => Tags.Add(draft, scenario.Id("work"), "created-by-q0")).ThenFails<RefusedException>("Too many changes would follow from one another");
        Assert.DoesNotContain("created-by-q0", scenario.Qube("work").Tags);
    }

    [Fact]
    public void A_relay_has_its_tag_on_the_remote_qube()
    {
        var scenario = Scenario.Usual().Set("rem", "relayvm", "net");
        Assert.Contains("relayvm-net", scenario.Qube("rem").Tags);
        scenario.Given(draft => Properties.Reset(draft, scenario.Id("rem"), "relayvm"));
        Assert.DoesNotContain("relayvm-net", scenario.Qube("rem").Tags);
    }
}
