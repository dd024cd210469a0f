using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Draws firewall rules, and lines that are nearly rules.</summary>
public static class FirewallRules
{
    private static readonly string[] Destinations = ["", "example.org", "a-b_c.example", "1.2.3.400", "10.0.0.0/8", "1.2.3.4/32", "::/0", "2001:DB8:0::1/128", "...", "10.0.0.1."];

    private static readonly string[] Options =
    [
        "action=accept", "action=drop", "action=", "proto=tcp", "proto=icmp", "dsthost=", "dsthost=a", "dst4=1.2.3.4", "dst6=::1", "dst4=1.2.3.4/08", "dst4=10",
        "dstports=1-2", "dstports=00070", "icmptype=8", "specialtarget=dns", "expire=012", "comment=a b", "comment=", "comment= x ", "=", "", " ", "x=y", "dst4",
    ];

    private static readonly Gen<FirewallRule> Rule =
        from action in Gen.Elements(Enum.GetValues<FirewallAction>())
        from destination in Gen.Elements<string?>([null, .. Destinations])
        from protocol in Gen.Elements<FirewallProtocol?>(null, FirewallProtocol.Tcp, FirewallProtocol.Udp, FirewallProtocol.Icmp)
        from target in Gen.Elements<FirewallTarget?>(null, FirewallTarget.Dns)
        from first in Gen.Choose(0, PortRange.Highest)
        from last in Gen.Choose(first, PortRange.Highest)
        from limited in Gen.Elements(true, false)
        from expire in Gen.Elements(null, "0", "7", "4102444800", "99999999999999999999999")
        from comment in Gen.Elements("", "a", "a b,c [d]", "x/y;z:_-.")
        select new FirewallRule
        {
            Action = action,
            Destination = destination,
            Protocol = protocol,
            Target = target,
            Ports = limited && protocol is FirewallProtocol.Tcp or FirewallProtocol.Udp ? new PortRange(first, last) : null,
            IcmpType = limited && protocol == FirewallProtocol.Icmp ? first % 256 : null,
            Expire = expire,
            Comment = comment,
        };

    /// <summary>Lists of them.</summary>
    public static Arbitrary<EquatableArray<FirewallRule>> Lists => Gen.ListOf(Rule).Select(rules => rules.ToEquatableArray()).ToArbitrary();

    /// <summary>Rules.</summary>
    public static Arbitrary<FirewallRule> Arbitrary => Rule.ToArbitrary();

    /// <summary>Lines, some of which are rules.</summary>
    public static Arbitrary<string> Lines => Gen.ArrayOf(Gen.Elements(Options)).Select(options => string.Join(' ', options)).ToArbitrary();
}
