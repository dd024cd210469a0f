using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What qubes ask for, row by row.</summary>
public sealed class RequestRulesTests
{
    [Theory]
    [InlineData("os-distribution", "fedora", true)]
    [InlineData("os-distribution", "", false)]
    [InlineData("os-distribution-like", "rhel fedora", true)]
    [InlineData("os-distribution-like", "", false)]
    [InlineData("os-version", "42", true)]
    [InlineData("os-version", "1..2-", true)]
    [InlineData("os-version", "-1", false)]
    [InlineData("os-version", ".5", false)]
    [InlineData("os-version", "1a", false)]
    [InlineData("os-version", "", false)]
    [InlineData("os-eol", "2024-02-29", true)]
    [InlineData("os-eol", "2023-02-29", false)]
    [InlineData("os-eol", "0000-01-01", false)]
    [InlineData("os-eol", "2026-5-13", false)]
    [InlineData("os-eol", "2026-05-13 ", false)]
    [InlineData("os", "Linux", true)]
    [InlineData("os", "Windows", true)]
    [InlineData("os", "linux", false)]
    [InlineData("os", "", false)]
    [InlineData("qubes-agent-version", "10.123", true)]
    [InlineData("qubes-agent-version", "1000.1", false)]
    [InlineData("qubes-agent-version", "4.2.1", false)]
    [InlineData("anon-timezone", "1", true)]
    [InlineData("anon-timezone", "0", false)]
    [InlineData("anon-timezone", "", false)]
    [InlineData("boot-mode.active", "default", true)]
    [InlineData("boot-mode.active", "nosuch", false)]
    [InlineData("boot-mode.active", "", false)]
    [InlineData("boot-mode.appvm-default", "default", true)]
    [InlineData("boot-mode.standalone-default", "default", true)]
    [InlineData("boot-mode.standalone-default", "nosuch", false)]
    [InlineData("internal", "1", false)]
    [InlineData("service.x", "1", false)]
    public void Texts_are_stored_if_they_are_acceptable(string feature, string value, bool accepted) =>
        Request("tpl", (feature, value)).Then(accepted ? [Set("tpl", feature, value)] : []);

    [Theory]
    [InlineData("1", "1")]
    [InlineData("0", "")]
    [InlineData("", null)]
    [InlineData("2", null)]
    [InlineData("01", null)]
    [InlineData("true", null)]
    public void Switches_are_on_or_off(string requested, string? stored)
    {
        foreach (var feature in new[] { "qrexec", "gui", "gui-emulated", "qubes-firewall", "vmexec" })
        {
            Request("tpl", (feature, requested)).Then(stored is null ? [] : [Set("tpl", feature, stored)]);
        }
    }

    [Theory]
    [InlineData("qrexec", false)]
    [InlineData("gui", false)]
    [InlineData("gui-emulated", false)]
    [InlineData("qubes-firewall", true)]
    [InlineData("vmexec", true)]
    public void Some_switches_stay_as_they_were_set_first(string feature, bool follows) =>
        Apply(Usual().Given(draft => Features.Set(draft, draft.World.Find("tpl")!.Id, feature, "")), "tpl", (feature, "1"))
            .Then(follows ? [Set("tpl", feature, "1", "")] : []);

    [Fact]
    public void The_first_qrexec_completes_the_installation()
    {
        Assert.Contains(Request("tpl", ("qrexec", "1"), ("gui", "1")).Announcements, announcement => announcement.Event == "template-postinstall");
        Assert.DoesNotContain(Request("tpl", ("qrexec", "0")).Announcements, announcement => announcement.Event == "template-postinstall");
        var again = Apply(Request("tpl", ("qrexec", "1")), "tpl", ("qrexec", "1"));
        Assert.DoesNotContain(again.Announcements, announcement => announcement.Event == "template-postinstall");
    }

    [Fact]
    public void The_request_is_announced_between_the_early_rules_and_the_others() => Request("tpl", ("os", "Linux"), ("os-version", "1")).ThenAnnounced(
        "tpl|domain-feature-pre-set:os|feature=os,value=Linux",
        "tpl|domain-feature-set:os|feature=os,value=Linux",
        "tpl|features-request|untrusted_features={'os': 'Linux', 'os-version': '1'}",
        "tpl|domain-feature-pre-set:os-version|feature=os-version,value=1",
        "tpl|domain-feature-set:os-version|feature=os-version,value=1");

    [Fact]
    public void Windows_with_an_agent_gets_its_settings_unless_they_are_set()
    {
        var given = Usual().Given(draft => Features.Set(draft, draft.World.Find("tpl")!.Id, "audio-model", "ac97"));
        var after = Apply(given, "tpl", ("os", "Windows"), ("qrexec", "1"));
        Assert.Equal(
            ["audio-model=ac97", "os=Windows", "rpc-clipboard=1", "stubdom-qrexec=1", "timezone=localtime", "no-monitor-layout=1", "qrexec=1"],
            after.Qube("tpl").Features.Select(feature => $"{feature.Key}={feature.Value}"));
        Assert.Equal(("0", "6000"), (after.Value("tpl", "maxmem"), after.Value("tpl", "qrexec_timeout")));
    }

    [Fact]
    public void Windows_without_an_agent_gets_no_settings() => Request("tpl", ("os", "Windows")).Then(Set("tpl", "os", "Windows"));

    [Fact]
    public void Dom0_may_say_that_it_is_Windows() => Request("dom0", ("os", "Windows"), ("qrexec", "1"))
        .Then(new FeatureSet(QubeId.Dom0, "os", "Windows", null), new FeatureSet(QubeId.Dom0, "qrexec", "1", null));

    [Theory]
    [InlineData("work")]
    [InlineData("disp")]
    public void Qubes_with_the_system_of_a_template_only_tell_their_services(string name)
    {
        var given = Usual().Create(QubeClass.DispVM, "disp", "dvm");
        Apply(given, name, ("os", "Linux"), ("qrexec", "1"), ("supported-feature.f", "1"), ("supported-rpc.r", "1"), ("supported-service.s", "1"))
            .Then(Set(name, "supported-rpc.r", "1"));
    }

    [Theory]
    [InlineData("supported-feature.")]
    [InlineData("supported-rpc.")]
    [InlineData("supported-service.")]
    public void What_is_supported_is_what_was_said_last(string prefix)
    {
        var given = Request("tpl", (prefix + "a", "1"), (prefix + "b", "1"));
        given.Then(Set("tpl", prefix + "a", "1"), Set("tpl", prefix + "b", "1"));
        Apply(given, "tpl", (prefix + "b", "0"), (prefix + "c", "1"), (prefix + "a", "1"))
            .Then(Set("tpl", prefix + "c", "1"), new FeatureRemoved(given.Id("tpl"), prefix + "b"));
        Apply(given, "tpl", (prefix + "a", "0")).Then();
        Apply(given, "tpl").Then();
    }

    [Theory]
    [InlineData(null, "1", null)]
    [InlineData("", "", "")]
    [InlineData("1", "1", null)]
    public void AppArmor_comes_and_goes_with_its_service(string? before, string during, string? after)
    {
        var scenario = Usual();
        if (before is not null)
        {
            scenario.Given(draft => Features.Set(draft, draft.World.Find("tpl")!.Id, "apparmor", before));
        }

        Assert.Equal(during, Apply(scenario, "tpl", ("supported-service.apparmor", "1")).Qube("tpl").Features.Find("apparmor"));
        Assert.Equal(after, Apply(scenario, "tpl", ("supported-service.x", "1")).Qube("tpl").Features.Find("apparmor"));
    }

    [Theory]
    [InlineData("kernelopts.a=x", "kernelopts.a=x")]
    [InlineData("kernelopts.a=;name.a=A;default-user.a=u", "kernelopts.a=;name.a=A;default-user.a=u")]
    [InlineData("kernelopts.a=x;kernelopts.b=x;name.a=S;name.b=S", null)]
    [InlineData("kernelopts.a=x;name.a=S;default-user.a=S", null)]
    [InlineData("name.a=A", null)]
    [InlineData("default-user.a=u", null)]
    [InlineData("name.default=D", "name.default=D")]
    [InlineData("default-user.default=u", null)]
    [InlineData("kernelopts.default=x", null)]
    [InlineData("kernelopts.=x", null)]
    [InlineData("kernelopts.a.b=x", null)]
    [InlineData("kernelopts.a.b=x;kernelopts.c=y;name.d=z", "kernelopts.c=y")]
    [InlineData("foo.a=q", null)]
    public void Boot_modes_are_replaced_as_a_whole(string requested, string? stored)
    {
        var given = Request("tpl", ("boot-mode.kernelopts.old", "o"));
        var after = Apply(given, "tpl", [.. requested.Split(';').Select(part => ("boot-mode." + part.Split('=')[0], part.Split('=')[1]))]);
        Assert.Equal(
            (stored ?? "kernelopts.old=o").Split(';').Order(StringComparer.Ordinal),
            after.Qube("tpl").Features.Select(feature => $"{feature.Key["boot-mode.".Length..]}={feature.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(65, 0)]
    public void There_are_64_boot_modes_at_most(int requested, int stored) => Assert.Equal(
        stored, Request("tpl", [.. Enumerable.Range(0, requested).Select(number => ($"boot-mode.kernelopts.{number}", "o"))]).Qube("tpl").Features.Count);

    [Fact]
    public void A_boot_mode_can_be_chosen_as_soon_as_it_is_there()
    {
        var after = Request("tpl", ("boot-mode.active", "a"), ("boot-mode.appvm-default", "a"), ("boot-mode.kernelopts.a", "x"), ("boot-mode.standalone-default", "a"));
        Assert.Equal(
            ["boot-mode.kernelopts.a", "boot-mode.active", "boot-mode.appvm-default", "boot-mode.standalone-default"], after.Qube("tpl").Features.Keys);
    }

    [Fact]
    public void Only_templates_choose_for_app_qubes() =>
        Apply(Usual().Create(QubeClass.StandaloneVM, "solo"), "solo", ("boot-mode.appvm-default", "default")).Then();

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("~")]
    [InlineData("\u007f")]
    [InlineData("é")]
    public void Values_hold_safe_characters_only(string value) => Assert.Equal(
        "Value outside safe set: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.,_= ",
        Assert.Throws<InvalidRequestException>(() => RequestedFeatures.OfAgent(Untrusted(("whatever", value)))).Message);

    [Theory]
    [InlineData("a\u0001")]
    [InlineData("é")]
    public void Names_that_no_database_has_are_left_out(string name) =>
        Assert.Equal("{'os': 'Linux'}", RequestedFeatures.OfAgent(Untrusted((name, "/"), ("os", "Linux"))).ToString());

    [Fact]
    public void Tools_tell_five_things_in_an_order_of_their_own()
    {
        var told = RequestedFeatures.OfTools(Untrusted(("default-user", "bob"), ("gui", ""), ("os", "Linux"), ("qrexec", "1"), ("version", "/")));
        Assert.Equal("{'qrexec': '1', 'default-user': 'bob', 'os': 'Linux'}", told.ToString());
        Assert.Throws<InvalidRequestException>(() => RequestedFeatures.OfTools(Untrusted(("default-user", "a-b"))));
    }

    private static Scenario Usual() => Scenario.Usual();

    private static Scenario Request(string name, params (string Name, string Value)[] features) => Apply(Usual(), name, features);

    private static Scenario Apply(Scenario given, string name, params (string Name, string Value)[] features) =>
        given.When(draft => RequestRules.Apply(draft, draft.World.Find(name)!.Id, RequestedFeatures.OfAgent(Untrusted(features))));

    private static FeatureSet Set(string qube, string feature, string value, string? old = null) =>
        new(Usual().Create(QubeClass.DispVM, "disp", "dvm").Id(qube), feature, value, old);

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Untrusted(params (string Name, string Value)[] features) =>
        features.Select(feature => KeyValuePair.Create<string, ReadOnlyMemory<byte>>(feature.Name, Encoding.UTF8.GetBytes(feature.Value)));
}
