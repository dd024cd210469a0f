namespace Qubes.Cqrs.Domain.Tests;

public sealed class QubeTests
{
    [Fact]
    public void A_new_qube_takes_the_lowest_free_number()
    {
        var scenario = Scenario.Usual();
        var freed = scenario.Qube("work").Qid;
        scenario.Given(draft => QubeRemoval.Remove(draft, scenario.Id("work"))).Create(QubeClass.AppVM, "next");
        Assert.Equal(freed, scenario.Qube("next").Qid);
    }

    [Fact]
    public void A_disposable_takes_over_what_its_template_sets()
    {
        var scenario = Scenario.Usual().Set("dvm", "memory", "777").Given(draft => Features.Set(draft, draft.World.Find("dvm")!.Id, "f", "v"))
            .Create(QubeClass.DispVM, "disp", "dvm");
        Assert.Equal("777", scenario.Value("disp", "memory"));
        Assert.Equal("v", scenario.Qube("disp").Features.Find("f"));
        Assert.False(scenario.Qube("disp").Properties.ContainsKey("template_for_dispvms"));
        Assert.Equal("7", scenario.Value("disp", "dispid"));
    }

    [Fact]
    public void A_template_in_use_stays()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => QubeRemoval.Remove(draft, scenario.Id("tpl")))
            .ThenFails<QubeInUseException>("Domain is in use: 'tpl';  see 'journalctl -u qubesd -e' in dom0 for details")
            .ThenAnnounced("|domain-pre-delete|vm=tpl");
    }

    [Fact]
    public void Who_watches_a_qube_hears_last_that_it_left_the_disk()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => QubeRemoval.Remove(draft, scenario.Id("work")))
            .ThenAnnounced("|domain-pre-delete|vm=work", "|domain-delete|vm=work", "work|domain-remove-from-disk|");
        Assert.Equal([false, false, true], scenario.Announcements.Select(announcement => announcement.IsOfRemovedQube));
        scenario.When(draft => QubeRemoval.Remove(draft, scenario.Id("rem"))).ThenAnnounced("|domain-pre-delete|vm=rem", "|domain-delete|vm=rem");
    }

    [Fact]
    public void Dom0_stays() => Scenario.Usual().When(draft => QubeRemoval.Remove(draft, QubeId.Dom0))
        .ThenFails<QubeInUseException>("'dom0' cannot be removed").ThenAnnounced();

    [Theory]
    [InlineData("", "VM name contains illegal characters")]
    [InlineData("a234567890123456789012345678901x", "VM name must be shorter than 32 characters")]
    [InlineData("-a", "VM name cannot start with hyphen, underscore, dot or numbers")]
    [InlineData("Domain-0", "VM name cannot be 'Domain-0'")]
    [InlineData("none", "VM name cannot be 'none' nor 'default'")]
    [InlineData("a-dm", "VM name cannot end with -dm")]
    public void Names_have_rules(string name, string text) =>
        Assert.Equal(text, Assert.Throws<InvalidValueException>(() => QubeNames.Check(name)).Message);

    [Fact]
    public void A_snapshot_follows_a_new_template()
    {
        var scenario = Scenario.Usual().Create(QubeClass.TemplateVM, "tpl2").Set("work", "template", "tpl2");
        Assert.Equal("vm-templates/tpl2/root", scenario.Qube("work").Volumes.Single(volume => volume.Name == "root").Source);
    }
}
