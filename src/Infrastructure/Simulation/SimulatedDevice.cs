using System.Xml;
using System.Xml.Linq;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Devices as a simulated host needs them: by what no two devices of a domain may share.</summary>
internal static class SimulatedDevice
{
    /// <summary>The key of a device's definition.</summary>
    /// <exception cref="HypervisorException">It is none.</exception>
    internal static string Key(string xml)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return Key(XElement.Load(reader));
        }
        catch (XmlException e)
        {
            throw new HypervisorException(HypervisorFault.Failed, "XML error: " + e.Message);
        }
    }

    /// <summary>The key of a device's definition.</summary>
    internal static string Key(XElement device) => device.Name.LocalName switch
    {
        "disk" => "disk " + (string?)device.Element("target")?.Attribute("dev"),
        "hostdev" => "hostdev " + string.Join(' ', device.Element("source")?.Element("address")?.Attributes().Select(attribute => attribute.Value) ?? []),
        "interface" => "interface " + (string?)device.Element("mac")?.Attribute("address"),
        var other => other,
    };
}
