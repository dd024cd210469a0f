namespace Qubes.Cqrs.Domain.Tests;

public sealed class NetworkTests
{
    [Theory]
    [InlineData(5, "10.137.0.5")]
    [InlineData(254, "10.137.0.254")]
    [InlineData(255, "10.137.1.1")]
    [InlineData(256, "10.137.1.2")]
    [InlineData(508, "10.137.1.254")]
    [InlineData(509, "10.137.2.1")]
    public void Addresses_follow_numbers(int id, string address) => Assert.Equal(address, NetworkValues.Address("10.137", id));

    [Fact]
    public void The_first_disposable_has_address_0() => Assert.Equal("10.138.0.0", NetworkValues.Address("10.138", 0));

    [Fact]
    public void A_network_cannot_lead_back_to_its_user()
    {
        var scenario = Scenario.Usual().Set("work", "netvm", "net").Set("work", "provides_network", "True");
        scenario.When(draft => Properties.Set(draft, scenario.Id("net"), "netvm", "work"))
            .ThenFails<InvalidValueException>("Loops in network are unsupported");
    }

    [Theory]
    [InlineData("::ffff:1.2.3.4", "::ffff:102:304")]
    [InlineData("FD09:24EF:4179:0:0:0:A89:7", "fd09:24ef:4179::a89:7")]
    [InlineData("1:0:0:2:0:0:0:3", "1:0:0:2::3")]
    [InlineData("fe80::1%eth0", "fe80::1%eth0")]
    public void IPv6_is_kept_compressed(string text, string kept) =>
        Assert.Equal(kept, Scenario.Usual().Set("work", "ip6", text).Value("work", "ip6"));
}
