namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The rules of firewalls.</summary>
public sealed class FirewallTests
{
    private const long Noon = 1795262400; // the time of the scenarios

    private static readonly FirewallRule Drop = new() { Action = FirewallAction.Drop };

    [Fact]
    public void Setting_rules_records_them_and_tells_everybody()
    {
        var given = Scenario.Usual();
        given.When(draft => Firewalls.Set(draft, given.Id("work"), [Drop]))
            .Then(new FirewallSet(given.Id("work"), [Drop]))
            .ThenAnnounced("work|firewall-changed|");
    }

    [Fact]
    public void The_same_rules_again_are_announced_only()
    {
        var given = Scenario.Usual();
        given.Given(draft => Firewalls.Set(draft, given.Id("work"), [Drop]))
            .When(draft => Firewalls.Set(draft, given.Id("work"), [Drop]))
            .Then()
            .ThenAnnounced("work|firewall-changed|");
    }

    [Fact]
    public void Rules_that_have_ended_are_not_kept()
    {
        var given = Scenario.Usual();
        given.When(draft => Firewalls.Set(draft, given.Id("work"), [Until(Noon), Until(Noon + 1)]))
            .Then(new FirewallSet(given.Id("work"), [Until(Noon + 1)]) { Places = [1] });
        Assert.Equal(Noon + 1, Firewalls.NextExpiry(given.Qube("work")));
    }

    [Fact]
    public void No_rule_at_all_is_another_thing_than_nothing_set()
    {
        var given = Scenario.Usual();
        Assert.Equal(Firewalls.Default, Firewalls.InForce(given.Qube("work").Firewall, Noon));
        given.Given(draft => Firewalls.Set(draft, given.Id("work"), [Until(1)]));
        Assert.Empty(Firewalls.InForce(given.Qube("work").Firewall, Noon));
    }

    [Fact]
    public void What_ends_is_removed_and_announced()
    {
        var given = Scenario.Usual();
        var id = given.Id("work");
        var world = Evolve.Apply(given.World, new FirewallSet(id, [Until(Noon), Drop, Until(Noon + 60)]));
        var after = Scenario.Given(world).When(draft => Firewalls.Expire(draft, id))
            .Then(new FirewallExpired(id, Noon))
            .ThenAnnounced("work|firewall-changed|");
        Assert.Equal([Drop, Until(Noon + 60)], after.Qube("work").Firewall!.Value);
        after.When(draft => Firewalls.Expire(draft, id)).Then().ThenAnnounced();
    }

    [Fact]
    public void Reloading_announces_also_for_a_remote_qube()
    {
        var given = Scenario.Usual();
        given.When(draft => Firewalls.Reload(draft, given.Id("rem"))).Then().ThenAnnounced("rem|firewall-changed|");
    }

    [Fact]
    public void A_remote_qube_has_no_firewall()
    {
        var given = Scenario.Usual();
        given.When(draft => Firewalls.Set(draft, given.Id("rem"), [Drop])).ThenFails<QubeErrorException>("Not supported by RemoteVM");
    }

    [Fact]
    public void A_disposable_starts_with_the_rules_of_its_template()
    {
        var given = Scenario.Usual();
        given.Given(draft => Firewalls.Set(draft, given.Id("dvm"), [Drop])).Create(QubeClass.DispVM, "d", "dvm").Create(QubeClass.AppVM, "plain", "tpl");
        Assert.Equal([Drop], given.Qube("d").Firewall!.Value);
        Assert.Null(given.Qube("plain").Firewall);
    }

    [Fact]
    public void Rules_found_in_a_file_are_taken_over_only_where_nothing_was_set()
    {
        var given = Scenario.Usual();
        given.When(draft => Firewalls.Adopt(draft, given.Id("work"), [Drop])).Then(new FirewallSet(given.Id("work"), [Drop])).ThenAnnounced();
        given.When(draft => Firewalls.Adopt(draft, given.Id("work"), [Until(Noon + 9)])).Then().ThenAnnounced();
    }

    private static FirewallRule Until(long expire) => Drop with { Expire = expire.ToString(System.Globalization.CultureInfo.InvariantCulture) };
}
