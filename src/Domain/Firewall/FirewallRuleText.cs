using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>Firewall rules as text: for the API, for the network's QubesDB, and the properties of <c>firewall.xml</c>.</summary>
/// <remarks>Source: spec, firewall.md 2 and 3; qubesdb.md 4.</remarks>
public static class FirewallRuleText
{
    /// <summary>A rule as <c>admin.vm.firewall.Get</c> shows it: a range for ports, the family of an address, the comment last.</summary>
    public static string ToApi(FirewallRule rule)
    {
        var parts = Shown(rule, withExpire: true);
        return string.Join(' ', rule.Comment.Length == 0 ? parts : parts.Append("comment=" + rule.Comment));
    }

    /// <summary>A rule as the qube that filters for another one reads it: without expiry and comment.</summary>
    public static string ToQubesDb(FirewallRule rule) => string.Join(' ', Shown(rule, withExpire: false));

    /// <summary>The properties of a rule in <c>firewall.xml</c>, in order: what is not set is not written.</summary>
    public static IEnumerable<NamedText> ToXml(FirewallRule rule)
    {
        foreach (var part in Parts(rule))
        {
            yield return part.Name == "dstports" ? part with { Value = rule.Ports!.Value.ToShortText() } : part; // it has this part
        }
    }

    /// <summary>A member of one of the rules' enumerations as the API spells it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static IEnumerable<string> Shown(FirewallRule rule, bool withExpire) => Parts(rule)
        .Where(part => part.Name != "comment" && (withExpire || part.Name != "expire"))
        .Select(part => $"{(part.Name == "dsthost" ? FirewallDestination.KeyOf(part.Value) : part.Name)}={part.Value}");

    // By rank (action, comment and expire; host, protocol and target; ports and type), then by name.
    private static IEnumerable<NamedText> Parts(FirewallRule rule)
    {
        yield return new("action", Word(rule.Action));
        if (rule.Comment.Length > 0)
        {
            yield return new("comment", rule.Comment);
        }

        if (rule.Expire is { } expire)
        {
            yield return new("expire", expire);
        }

        if (rule.Destination is { } destination)
        {
            yield return new("dsthost", destination);
        }

        if (rule.Protocol is { } protocol)
        {
            yield return new("proto", Word(protocol));
        }

        if (rule.Target is { } target)
        {
            yield return new("specialtarget", Word(target));
        }

        if (rule.Ports is { } ports)
        {
            yield return new("dstports", ports.ToString());
        }

        if (rule.IcmpType is { } type)
        {
            yield return new("icmptype", type.ToString(CultureInfo.InvariantCulture));
        }
    }
}
