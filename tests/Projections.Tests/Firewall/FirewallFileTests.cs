using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>The format of <c>firewall.xml</c>, written and read.</summary>
public sealed class FirewallFileTests
{
    [Fact]
    public void The_rules_are_written_as_the_original_writes_them()
    {
        var rules = FirewallRuleParser.Read("action=accept proto=tcp dst4=1.2.3.4 dstports=80 expire=4102444800 comment=all at once\naction=drop\n"u8);
        Assert.Equal(
            """
            <firewall version="2">
              <rules>
                <rule>
                  <properties>
                    <property name="action">accept</property>
                    <property name="comment">all at once</property>
                    <property name="expire">4102444800</property>
                    <property name="dsthost">1.2.3.4/32</property>
                    <property name="proto">tcp</property>
                    <property name="dstports">80</property>
                  </properties>
                </rule>
                <rule>
                  <properties>
                    <property name="action">drop</property>
                  </properties>
                </rule>
              </rules>
            </firewall>

            """,
            Encoding.UTF8.GetString(FirewallFile.Write(rules)));
    }

    [Fact]
    public void What_is_written_is_read_back_equal() => Check.QuickThrowOnFailure(Prop.ForAll(FirewallRules.Lists, rules =>
        FirewallFile.Read(FirewallFile.Write(rules)) == rules));

    [Fact]
    public void An_empty_firewall_destination_is_read_back_equal()
    {
        var rules = FirewallRuleParser.Read("action=drop dsthost=\n"u8);
        Assert.Equal(rules, FirewallFile.Read(FirewallFile.Write(rules)));
    }

    [Theory]
    [InlineData("<firewall version='2'><rules/></firewall>", "")]
    [InlineData("<firewall version='2'><rules><rule><properties><property name='proto'>tcp</property><property name='action'>drop</property></properties></rule></rules></firewall>",
        "action=drop proto=tcp")]
    [InlineData("<QubesFirewallRules policy='allow' dns='allow' icmp='allow' yumProxy='allow'><rule address='1.2.3.4' proto='tcp' port='443'/></QubesFirewallRules>",
        "action=accept specialtarget=dns,action=accept proto=icmp,action=drop dst4=1.2.3.4/32 proto=tcp dstports=443-443,action=accept")]
    [InlineData("<QubesFirewallRules policy='deny' dns='deny' icmp='deny'><rule address='example.com' netmask='32' port='80' toport='90'/>"
        + "<rule address='10.0.0.0' netmask='8' proto='udp' port='53' expire='4102444800'/></QubesFirewallRules>",
        "action=drop specialtarget=dns,action=drop proto=icmp,action=accept dsthost=example.com proto=tcp dstports=80-90,"
        + "action=accept expire=4102444800 dst4=10.0.0.0/8 proto=udp dstports=53-53")]
    [InlineData("<QubesFirewallRules policy='deny' dns='allow'><rule address='1.2.3.4' proto='any'/></QubesFirewallRules>",
        "action=accept specialtarget=dns,action=drop proto=icmp,action=accept dst4=1.2.3.4/32")]
    public void Both_formats_are_read(string xml, string rules) =>
        Assert.Equal(rules, string.Join(',', Read(xml).Select(FirewallRuleText.ToApi)));

    [Theory]
    [InlineData("")]
    [InlineData("broken")]
    [InlineData("<firewall/>")]
    [InlineData("<firewall version='2'/>")]
    [InlineData("<firewall version='2'><rules><rule/></rules></firewall>")]
    [InlineData("<firewall version='2'><rules><rule><properties><property>x</property></properties></rule></rules></firewall>")]
    [InlineData("<firewall version='2'><rules><rule><properties><property name='action'>bogus</property></properties></rule></rules></firewall>")]
    [InlineData("<firewall version='2'><rules><rule><properties><property name='bogus'>x</property><property name='action'>drop</property></properties></rule></rules></firewall>")]
    [InlineData("<!DOCTYPE firewall [<!ENTITY e 'x'>]><firewall version='2'><rules>&e;</rules></firewall>")]
    [InlineData("<QubesFirewallRules policy='deny'><rule address='1.2.3.4' proto='tcp' port='x'/></QubesFirewallRules>")]
    public void What_is_no_such_file_is_refused(string xml) =>
        Assert.StartsWith("firewall.xml cannot be read: ", Assert.Throws<QubeErrorException>(() => Read(xml)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_later_version_is_named() =>
        Assert.Equal("Unsupported firewall.xml version: 3", Assert.Throws<QubeErrorException>(() => Read("<firewall version='3'><rules/></firewall>")).Message);

    private static EquatableArray<FirewallRule> Read(string xml) => FirewallFile.Read(Encoding.UTF8.GetBytes(xml));
}
