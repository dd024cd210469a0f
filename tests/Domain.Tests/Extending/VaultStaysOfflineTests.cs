namespace Qubes.Cqrs.Domain.Tests;

public sealed class VaultStaysOfflineTests
{
    private readonly Scenario scenario = Scenario.Usual().With(new VaultStaysOffline()).Set("work", "netvm", "net");

    [Fact]
    public void A_vault_loses_its_network() =>
        scenario.When(draft => Tags.Add(draft, scenario.Id("work"), "vault")).ThenAnnounced(
            "work|property-pre-set:netvm|name=netvm,newvalue=None,oldvalue=net",
            "work|property-set:netvm|name=netvm,newvalue=None,oldvalue=net",
            "work|domain-tag-add:vault|tag=vault");

    [Fact]
    public void A_vault_gets_no_network()
    {
        scenario.Given(draft => Tags.Add(draft, scenario.Id("work"), "vault"));
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "netvm", "net"))
            .ThenFails<InvalidValueException>("work is a vault and stays offline")
            .ThenAnnounced("work|property-pre-set:netvm|name=netvm,newvalue=net,oldvalue=None");
        Assert.Equal("-", scenario.Value("work", "netvm"));
    }

    [Fact]
    public void Other_qubes_are_free() => scenario.Set("dvm", "netvm", "net");
}
