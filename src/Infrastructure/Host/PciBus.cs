using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The PCI devices that the kernel shows under /sys.</summary>
/// <param name="folder">Where it shows them, usually <c>/sys/bus/pci/devices</c>.</param>
/// <param name="names">The names of vendors and products.</param>
/// <remarks>Source: spec, devices 5; the kernel's documentation, Documentation/ABI/testing/sysfs-bus-pci.</remarks>
public sealed class PciBus(string folder, PciNames names)
{
    /// <summary>The devices, by port; one that goes away while it is looked at is left out.</summary>
    public EquatableArray<PciDevice> Scan() => Directory.Exists(folder)
        ? Directory.EnumerateFileSystemEntries(folder)
            .Select(Device)
            .OfType<PciDevice>()
            .OrderBy(device => device.Port, StringComparer.Ordinal)
            .ToEquatableArray()
        : [];

    private PciDevice? Device(string link)
    {
        try
        {
            var place = new DirectoryInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link;
            if (PciPath.Of(Path.GetFileName(link), Bridges(place)) is not { } port)
            {
                return null;
            }

            var (vendor, product, code) = (Read(place, "vendor"), Read(place, "device"), Read(place, "class"));
            var (vendorName, productName) = names.Find(vendor, product);
            return new PciDevice(port, Path.GetFileName(link), (code.StartsWith("0x", StringComparison.Ordinal) ? code[2..] : code).PadLeft(6, '0'), vendor, product)
            {
                Vendor = vendorName,
                Product = productName,
            };
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    // The folder of a device lies in that of the bridge in front of it.
    private static List<(string Address, int SecondaryBus)> Bridges(string place)
    {
        var bridges = new List<(string Address, int SecondaryBus)>();
        for (var above = Path.GetDirectoryName(place); above is not null && File.Exists(Path.Combine(above, "secondary_bus_number")); above = Path.GetDirectoryName(above))
        {
            bridges.Insert(0, (Path.GetFileName(above), int.Parse(Read(above, "secondary_bus_number"), CultureInfo.InvariantCulture)));
        }

        return bridges;
    }

    private static string Read(string place, string file) => File.ReadAllText(Path.Combine(place, file)).Trim();
}
