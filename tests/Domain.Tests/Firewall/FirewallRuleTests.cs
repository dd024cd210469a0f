using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The grammar of firewall rules, and their forms.</summary>
public sealed class FirewallRuleTests
{
    [Theory]
    [InlineData("action=accept proto=tcp dstports=443 dsthost=192.0.2.7", "action=accept dst4=192.0.2.7/32 proto=tcp dstports=443-443")]
    [InlineData("action=drop expire=1900000000 comment=lab", "action=drop expire=1900000000 comment=lab")]
    [InlineData("specialtarget=dns action=accept", "action=accept specialtarget=dns")]
    [InlineData("specialtarget=dns action=accept proto=udp", "action=accept proto=udp specialtarget=dns")]
    [InlineData("action=accept dsthost=example.org", "action=accept dsthost=example.org")]
    [InlineData("action=accept dst4=1.2.3.400", "action=accept dsthost=1.2.3.400")]
    [InlineData("action=accept dst4=010.0.0.1", "action=accept dsthost=010.0.0.1")]
    [InlineData("action=accept dstname=2001:DB8:0::1", "action=accept dst6=2001:DB8:0::1/128")]
    [InlineData("action=accept dst6=::ffff:1.2.3.4", "action=accept dst6=::ffff:1.2.3.4/128")]
    [InlineData("action=accept dst4=10.0.0.1/24", "action=accept dst4=10.0.0.1/24")]
    [InlineData("action=accept proto=icmp icmptype=8", "action=accept proto=icmp icmptype=8")]
    [InlineData("action=accept proto=tcp dstports=080", "action=accept proto=tcp dstports=80-80")]
    [InlineData(" action=accept dst4=1.2.3.4 ", "action=accept dst4=1.2.3.4/32")]
    [InlineData("action=accept comment=", "action=accept")]
    [InlineData("action=accept expire=99999999999999999999999", "action=accept expire=99999999999999999999999")]
    public void A_rule_is_shown_in_the_order_of_the_API(string line, string shown) =>
        Assert.Equal(shown, FirewallRuleText.ToApi(FirewallRuleParser.Parse(line)));

    [Theory]
    [InlineData("")]
    [InlineData("accept")]
    [InlineData("action=")]
    [InlineData("action=maybe")]
    [InlineData("action=Accept")]
    [InlineData("action=forward")]
    [InlineData("action=0")]
    [InlineData("proto=tcp")]
    [InlineData("comment=x")]
    [InlineData("action=accept action=drop")]
    [InlineData("action=accept foo=bar")]
    [InlineData("action=accept  dst4=1.2.3.4")]
    [InlineData("action=accept dst4=1.2.3.4 dst6=::1")]
    [InlineData("action=accept dst4=10.0.0.0/33")]
    [InlineData("action=accept dst4=10.0.0.0/")]
    [InlineData("action=accept dst4=10.0.0.0/8/8")]
    [InlineData("action=accept dst4=10.0/8")]
    [InlineData("action=accept dsthost=10.0")]
    [InlineData("action=accept dst6=zz::")]
    [InlineData("action=accept dst6=[::1]")]
    [InlineData("action=accept dst6=::1/129")]
    [InlineData("action=accept dsthost=www.example.com/24")]
    [InlineData("action=accept dsthost=a_b!.com")]
    [InlineData("action=accept dsthost=Example.com")]
    [InlineData("action=accept dstports=80")]
    [InlineData("action=accept proto=icmp dstports=80")]
    [InlineData("action=accept proto=tcp dstports=")]
    [InlineData("action=accept proto=tcp dstports=a")]
    [InlineData("action=accept proto=tcp dstports=1-2-3")]
    [InlineData("action=accept proto=tcp dstports=90-80")]
    [InlineData("action=accept proto=tcp dstports=65536")]
    [InlineData("action=accept icmptype=8")]
    [InlineData("action=accept proto=tcp icmptype=8")]
    [InlineData("action=accept proto=icmp icmptype=256")]
    [InlineData("action=accept proto=icmp icmptype=0008")]
    [InlineData("action=accept specialtarget=dhcp")]
    [InlineData("action=accept expire=soon")]
    [InlineData("action=accept expire=-5")]
    [InlineData("action=accept expire=")]
    [InlineData("action=drop comment=hello world = x")]
    [InlineData("action=drop comment=<xml>")]
    [InlineData("action=accept\0")]
    public void A_bad_rule_is_a_bad_value(string line) => Assert.Throws<InvalidValueException>(() => FirewallRuleParser.Parse(line));

    [Fact]
    public void The_lines_end_in_every_way()
    {
        Assert.Equal(["action=accept", "action=drop", "action=accept"], Show("action=accept\r\naction=drop\raction=accept\n"));
        Assert.Equal(["action=accept"], Show("action=accept"));
        Assert.Throws<InvalidValueException>(() => Show("action=accept\n\naction=drop\n"));
        Assert.Throws<InvalidValueException>(() => Show("\n"));
        Assert.Equal("Rules contains non-ASCII characters", Assert.Throws<InvalidRequestException>(() => Show("action=accept comment=é")).Message);
    }

    [Fact]
    public void An_empty_firewall_destination_is_kept()
    {
        var rule = FirewallRuleParser.Parse("action=drop dsthost=");
        Assert.Equal("", rule.Destination);
        Assert.Equal("action=drop dsthost=", FirewallRuleText.ToApi(rule));
        Assert.Equal(rule, FirewallRuleParser.Parse(FirewallRuleText.ToApi(rule)));
    }

    [Fact]
    public void Who_filters_learns_neither_expiry_nor_comment()
    {
        var rule = FirewallRuleParser.Parse("action=accept expire=4102444800 proto=tcp dst4=1.2.3.4 dstports=80 comment=all at once");
        Assert.Equal("action=accept dst4=1.2.3.4/32 proto=tcp dstports=80-80", FirewallRuleText.ToQubesDb(rule));
    }

    [Fact]
    public void Printing_and_parsing_gives_the_rule_again() => Check.QuickThrowOnFailure(Prop.ForAll(FirewallRules.Arbitrary, rule =>
        FirewallRuleParser.Parse(FirewallRuleText.ToApi(rule)) == rule));

    [Fact]
    public void The_properties_of_the_file_give_the_rule_again() => Check.QuickThrowOnFailure(Prop.ForAll(FirewallRules.Arbitrary, rule =>
        FirewallRuleParser.FromParts(FirewallRuleText.ToXml(rule).Select(part => KeyValuePair.Create(part.Name, part.Value))) == rule));

    [Fact]
    public void Any_text_is_a_rule_or_refused() => Check.QuickThrowOnFailure(Prop.ForAll(FirewallRules.Lines, line =>
    {
        try
        {
            var rule = FirewallRuleParser.Parse(line);
            return FirewallRuleParser.Parse(FirewallRuleText.ToApi(rule)) == rule;
        }
        catch (InvalidValueException)
        {
            return true;
        }
    }));

    private static IEnumerable<string> Show(string lines) => FirewallRuleParser.Read(Encoding.UTF8.GetBytes(lines)).Select(FirewallRuleText.ToApi).ToList();
}
