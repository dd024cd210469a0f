using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What a simulated host needs of a domain's XML.</summary>
/// <param name="Qube">Its UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="MemoryKiB">The memory that it starts with.</param>
/// <param name="HasStubdom">Whether devices are emulated for it.</param>
public sealed record SimulatedDefinition(QubeId Qube, string Name, long MemoryKiB, bool HasStubdom)
{
    /// <summary>The keys of the devices that it names.</summary>
    public EquatableArray<string> Devices { get; init; } = [];

    /// <summary>Reads a domain's XML.</summary>
    /// <exception cref="HypervisorException">It is none.</exception>
    internal static SimulatedDefinition Parse(string xml)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = XElement.Load(reader);
            var memory = root.Element("currentMemory") ?? root.Element("memory");
            return QubeId.TryParse((string?)root.Element("uuid"), out var qube) && (string?)root.Element("name") is { Length: > 0 } name && memory is not null
                ? new SimulatedDefinition(qube, name, KiB(memory), (string?)root.Element("os")?.Element("type") == "hvm")
                {
                    Devices = root.Element("devices")?.Elements().Where(device => device.Name.LocalName is "disk" or "hostdev" or "interface").Select(SimulatedDevice.Key).ToEquatableArray() ?? [],
                }
                : throw new HypervisorException(HypervisorFault.Failed, "XML error: name, uuid or memory is missing");
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException)
        {
            throw new HypervisorException(HypervisorFault.Failed, "XML error: " + e.Message);
        }
    }

    private static long KiB(XElement memory)
    {
        var number = long.Parse(memory.Value, NumberStyles.None, CultureInfo.InvariantCulture);
        return (string?)memory.Attribute("unit") == "MiB" ? checked(number * 1024) : number;
    }
}
