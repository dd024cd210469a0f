using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The file <c>firewall.xml</c> of a qube.</summary>
/// <remarks>Source: spec, firewall.md 3.</remarks>
public static class FirewallFile
{
    /// <summary>The file of a qube, or null for dom0 and for qubes on other hosts, which have none.</summary>
    public static string? PathOf(Qube qube, string baseFolder = QubeFolders.DefaultBase) =>
        QubeFolders.PathOf(qube, baseFolder) is { } folder ? folder + "/firewall.xml" : null;

    /// <summary>Its content.</summary>
    public static byte[] Write(IReadOnlyCollection<FirewallRule> rules)
    {
        var output = new XmlOutput();
        output.Raw("<firewall version=\"2\">\n"u8);
        if (rules.Count == 0)
        {
            return output.Raw("  <rules/>\n</firewall>\n"u8).ToArray();
        }

        output.Raw("  <rules>\n"u8);
        foreach (var rule in rules)
        {
            output.Raw("    <rule>\n      <properties>\n"u8);
            foreach (var (name, value) in FirewallRuleText.ToXml(rule))
            {
                output.Raw("        <property name=\""u8).Value(name).Raw("\">"u8).Text(value).Raw("</property>\n"u8);
            }

            output.Raw("      </properties>\n    </rule>\n"u8);
        }

        return output.Raw("  </rules>\n</firewall>\n"u8).ToArray();
    }

    /// <summary>The rules that a file states, in today's format or the one before it. The bytes may be hostile.</summary>
    /// <exception cref="QubeErrorException">They are no such file.</exception>
    public static EquatableArray<FirewallRule> Read(ReadOnlyMemory<byte> xml) => FirewallFileReader.Read(xml);
}
