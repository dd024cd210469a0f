using System.Xml;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Reads <c>firewall.xml</c>: no DTD, no entities of its own, bounded size. Source: spec, firewall.md 3.</summary>
internal static class FirewallFileReader
{
    /// <summary>The longest rules that a client can send give about a megabyte.</summary>
    private const int LongestFile = 4 << 20;

    private const string OneHost = "32";

    /// <summary>The rules of a file.</summary>
    /// <exception cref="QubeErrorException">It cannot be read.</exception>
    public static EquatableArray<FirewallRule> Read(ReadOnlyMemory<byte> xml)
    {
        try
        {
            var root = Root(xml);
            return root.Attribute("version")?.Value switch
            {
                null => Version1(root).ToEquatableArray(),
                "2" => Version2(root).ToEquatableArray(),
                var version => throw new QubeErrorException($"Unsupported firewall.xml version: {version}"),
            };
        }
        catch (Exception exception) when (exception is XmlException or InvalidValueException)
        {
            throw Unreadable(exception.Message);
        }
    }

    private static XElement Root(ReadOnlyMemory<byte> xml)
    {
        if (xml.Length > LongestFile)
        {
            throw Unreadable($"it has {xml.Length} bytes");
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LongestFile,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        using var stream = new MemoryStream(xml.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, settings);
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root ?? throw Unreadable("it is empty");
    }

    private static IEnumerable<FirewallRule> Version2(XElement root)
    {
        var rules = root.Element("rules") ?? throw Unreadable("it has no rules");
        return rules.Elements("rule").Select(rule => FirewallRuleParser.FromParts(rule.Elements("properties").Elements("property")
            .Select(property => KeyValuePair.Create(Required(property, "name"), property.Value))));
    }

    // One policy and what is excepted from it, which today are rules like any other.
    private static IEnumerable<FirewallRule> Version1(XElement root)
    {
        var allowed = Allows(root, "policy") ?? throw Unreadable("it has neither a version nor a policy");
        yield return new FirewallRule { Action = ActionOf(Allows(root, "dns") ?? allowed), Target = FirewallTarget.Dns };
        yield return new FirewallRule { Action = ActionOf(Allows(root, "icmp") ?? allowed), Protocol = FirewallProtocol.Icmp };
        foreach (var rule in root.Elements("rule"))
        {
            yield return FirewallRuleParser.FromParts(Parts(rule).Prepend(new("action", allowed ? "drop" : "accept")));
        }

        if (allowed)
        {
            yield return new FirewallRule { Action = FirewallAction.Accept };
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Parts(XElement rule)
    {
        if (rule.Attribute("address")?.Value is { } address)
        {
            var netmask = rule.Attribute("netmask")?.Value ?? OneHost;
            yield return new("dsthost", netmask == OneHost ? address : $"{address}/{netmask}");
        }

        var port = rule.Attribute("port")?.Value;
        var protocol = rule.Attribute("proto")?.Value is { } named and not "any" ? named : port is null ? null : "tcp";
        if (protocol is not null)
        {
            yield return new("proto", protocol);
        }

        if (port is not null)
        {
            yield return new("dstports", rule.Attribute("toport")?.Value is { } last ? $"{port}-{last}" : port);
        }

        if (rule.Attribute("expire")?.Value is { } expire)
        {
            yield return new("expire", expire);
        }
    }

    private static bool? Allows(XElement root, string what) => root.Attribute(what)?.Value is { } value ? value == "allow" : null;

    private static FirewallAction ActionOf(bool allowed) => allowed ? FirewallAction.Accept : FirewallAction.Drop;

    private static string Required(XElement element, string attribute) => element.Attribute(attribute)?.Value
        ?? throw Unreadable($"<{element.Name}> has no attribute '{attribute}'");

    private static QubeErrorException Unreadable(string reason) => new($"firewall.xml cannot be read: {reason}");
}
