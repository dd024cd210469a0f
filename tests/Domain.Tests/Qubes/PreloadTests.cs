namespace Qubes.Cqrs.Domain.Tests;

public sealed class PreloadTests
{
    private const string Max = Preload.MaxFeature;
    private const string List = Preload.ListFeature;

    [Theory]
    [InlineData("dvm")]
    [InlineData("work")]
    public void Without_qrexec_nothing_is_preloaded(string name) =>
        Setting(Scenario.Usual(), name, Max, "abc").ThenFails<InvalidValueException>("Qube does not support qrexec")
            .ThenAnnounced($"{name}|domain-feature-pre-set:{Max}|feature={Max},value=abc");

    [Fact]
    public void Without_the_services_that_tell_when_it_is_ready_nothing_is_preloaded()
    {
        var scenario = Given(Scenario.Usual(), "tpl", "qrexec", "1");
        Setting(scenario, "dvm", Max, "1")
            .ThenFails<InvalidValueException>("Qube does not support the RPC(s) 'qubes.WaitForRunningSystem, qubes.WaitForSession'");
        Given(scenario, "tpl", "supported-rpc.qubes.WaitForRunningSystem", "1");
        Setting(scenario, "dvm", Max, "1").ThenFails<InvalidValueException>("Qube does not support the RPC(s) 'qubes.WaitForSession'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public void The_number_has_digits_only(string value) =>
        Setting(Ready(), "dvm", Max, value).ThenFails<InvalidValueException>("Invalid preload-dispvm-max value: not a digit");

    [Fact]
    public void A_template_is_told_of_its_own_number()
    {
        var scenario = Ready();
        Setting(scenario, "dvm", Max, "007").ThenAnnounced(
            $"dvm|domain-feature-pre-set:{Max}|feature={Max},value=007",
            $"dvm|domain-feature-set:{Max}|feature={Max},value=007",
            "dvm|domain-preload-dispvm-start|reason=local feature was set to '007'");
        Assert.Equal(7, Preload.Wanted(scenario.World, scenario.Qube("dvm")));
        scenario.When(draft => Features.Remove(draft, scenario.Id("dvm"), Max)).ThenAnnounced(
            $"dvm|domain-feature-pre-delete:{Max}|feature={Max}",
            $"dvm|domain-feature-delete:{Max}|feature={Max}",
            "dvm|domain-preload-dispvm-start|reason=local feature was deleted");
    }

    [Fact]
    public void The_number_of_the_system_goes_to_its_default_template()
    {
        var scenario = Ready().Set(null, "default_dispvm", "dvm");
        Setting(scenario, "dom0", Max, "1").ThenAnnounced(
            $"dom0|domain-feature-pre-set:{Max}|feature={Max},value=1",
            $"dvm|domain-feature-pre-set:{Max}|feature={Max},value=1,oldvalue=None",
            $"dom0|domain-feature-set:{Max}|feature={Max},value=1",
            "dvm|domain-preload-dispvm-start|reason=global feature was set to '1'");
        Setting(scenario, "dvm", Max, "5").ThenAnnounced(
            $"dvm|domain-feature-pre-set:{Max}|feature={Max},value=5", $"dvm|domain-feature-set:{Max}|feature={Max},value=5");
        Assert.Equal(1, Preload.Wanted(scenario.World, scenario.Qube("dvm")));
        scenario.When(draft => Features.Remove(draft, QubeId.Dom0, Max)).ThenAnnounced(
            $"dom0|domain-feature-pre-delete:{Max}|feature={Max}",
            $"dom0|domain-feature-delete:{Max}|feature={Max}",
            "dvm|domain-preload-dispvm-start|reason=global feature was deleted");
        Assert.Equal(5, Preload.Wanted(scenario.World, scenario.Qube("dvm")));
    }

    [Fact]
    public void The_default_template_must_be_able_to_do_what_the_system_wants()
    {
        var scenario = Scenario.Usual();
        Setting(scenario, "dom0", Max, "x").Then(new FeatureSet(QubeId.Dom0, Max, "x", null));
        scenario.Set(null, "default_dispvm", "dvm");
        Setting(scenario, "dom0", Max, "1").ThenFails<InvalidValueException>("Qube does not support qrexec").ThenAnnounced(
            $"dom0|domain-feature-pre-set:{Max}|feature={Max},value=1,oldvalue=x",
            $"dvm|domain-feature-pre-set:{Max}|feature={Max},value=1,oldvalue=x");
        Assert.Equal("x", scenario.Qube("dom0").Features.Find(Max));
    }

    [Fact]
    public void The_old_and_the_new_default_template_are_told()
    {
        var scenario = Given(Ready().Create(QubeClass.StandaloneVM, "other").Set("other", "template_for_dispvms", "True"), "dom0", Max, "2")
            .Set(null, "default_dispvm", "dvm");
        scenario.When(draft => Properties.Set(draft, null, "default_dispvm", "other"));
        Assert.Equal(
            ["dvm it was the default_dispvm", "other it became the default_dispvm"],
            scenario.Announcements.Reverse().Take(2).Reverse().Select(last => $"{last.SubjectName} {last.Arguments[0].Value}"));
    }

    [Fact]
    public void Who_becomes_a_template_of_disposables_is_told_when_it_wants_some()
    {
        var scenario = Ready().Set("dvm", "template_for_dispvms", "False");
        Setting(scenario, "dvm", Max, "1").ThenAnnounced($"dvm|domain-feature-pre-set:{Max}|feature={Max},value=1", $"dvm|domain-feature-set:{Max}|feature={Max},value=1");
        scenario.Set("dvm", "template_for_dispvms", "True");
        Assert.Equal(("dvm", "domain-preload-dispvm-start"), (scenario.Announcements[^1].SubjectName, scenario.Announcements[^1].Event));
        Assert.Equal("template_for_dispvms was set to True", scenario.Announcements[^1].Arguments[0].Value);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1__0")]
    [InlineData("_1")]
    [InlineData("inf")]
    [InlineData("1e999")]
    public void A_delay_is_a_number(string value)
    {
        foreach (var name in new[] { "dom0", "dvm" })
        {
            Setting(Scenario.Usual(), name, "preload-dispvm-delay", value)
                .ThenFails<InvalidValueException>("Invalid preload-dispvm-delay value: not an integer or float");
        }
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-3")]
    [InlineData(" 1_0e-2 ")]
    [InlineData(".5")]
    public void A_delay_may_have_a_sign_and_a_fraction(string value) =>
        Setting(Scenario.Usual(), "dvm", "preload-dispvm-delay", value).Then(new FeatureSet(Scenario.Usual().Id("dvm"), "preload-dispvm-delay", value, null));

    [Fact]
    public void The_threshold_is_the_systems()
    {
        var scenario = Scenario.Usual();
        Setting(scenario, "dom0", "preload-dispvm-threshold", "x").ThenFails<InvalidValueException>("Invalid preload-dispvm-threshold value: not a digit");
        Setting(scenario, "dom0", "preload-dispvm-threshold", "500").Then(new FeatureSet(QubeId.Dom0, "preload-dispvm-threshold", "500", null));
        Setting(scenario, "dvm", "preload-dispvm-threshold", "x").Then(new FeatureSet(scenario.Id("dvm"), "preload-dispvm-threshold", "x", null));
    }

    [Fact]
    public void The_list_holds_disposables_of_the_template_up_to_the_number()
    {
        var scenario = Ready().Create(QubeClass.DispVM, "d1", "dvm").Create(QubeClass.DispVM, "d2", "dvm");
        Setting(scenario, "dvm", List, "d1").ThenFails<InvalidValueException>(
            "Invalid preload-dispvm value: can't increment: qube count (1) is either bigger than old count (0) or preload-dispvm-max (0)");
        Given(scenario, "dvm", Max, "2");
        Setting(scenario, "dvm", List, "d1 d1").ThenFails<InvalidValueException>("Invalid preload-dispvm value: a qube is named twice");
        Setting(scenario, "dvm", List, "work").ThenFails<InvalidValueException>("Invalid preload-dispvm value: work is no disposable based on dvm");
        Setting(scenario, "dvm", List, "d1 d2").ThenAnnounced(
            $"dvm|domain-feature-pre-set:{List}|feature={List},value=d1 d2",
            "d1|property-reset:is_preload|name=is_preload",
            "d2|property-reset:is_preload|name=is_preload",
            $"dvm|domain-feature-set:{List}|feature={List},value=d1 d2");
        Assert.Equal("True", scenario.Value("d1", "is_preload"));
    }

    [Fact]
    public void A_disposable_that_is_removed_leaves_the_list()
    {
        var scenario = Ready().Create(QubeClass.DispVM, "d1", "dvm").Create(QubeClass.DispVM, "d2", "dvm");
        Given(Given(scenario, "dvm", Max, "2"), "dvm", List, "d1 d2").Given(draft => QubeRemoval.Remove(draft, scenario.Id("d1")));
        Assert.Equal("d2", scenario.Qube("dvm").Features.Find(List));
    }

    [Fact]
    public void A_disposable_with_another_template_leaves_the_list_of_the_old_one()
    {
        var scenario = Ready().Create(QubeClass.StandaloneVM, "other").Set("other", "template_for_dispvms", "True").Create(QubeClass.DispVM, "d1", "dvm");
        Given(Given(scenario, "dvm", Max, "1"), "dvm", List, "d1").Set("d1", "template", "other");
        Assert.Equal("", scenario.Qube("dvm").Features.Find(List));
    }

    private static Scenario Ready() => Given(Given(Given(
        Scenario.Usual(), "tpl", "qrexec", "1"), "tpl", "supported-rpc.qubes.WaitForRunningSystem", "1"), "tpl", "supported-rpc.qubes.WaitForSession", "1");

    private static Scenario Given(Scenario scenario, string name, string feature, string value) =>
        scenario.Given(draft => Features.Set(draft, scenario.Id(name), feature, value));

    private static Scenario Setting(Scenario scenario, string name, string feature, string value) =>
        scenario.When(draft => Features.Set(draft, scenario.Id(name), feature, value));
}
