using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the hypervisor offers a qube.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (features).</remarks>
internal static class FeaturesXml
{
    private static readonly string[] OfMachine = ["pae", "acpi", "apic", "viridian"];

    internal static XElement Of(World world, Qube qube, string mode) => new(
        "features",
        mode == "pv" ? null : OfMachine.Select(name => new XElement(name)),
        SeesHostsMemoryMap(world, qube) ? new XElement("xen", new XElement("e820_host", new XAttribute("state", "on"))) : null);

    private static bool SeesHostsMemoryMap(World world, Qube qube) =>
        Devices.Assigned(qube, PciDevice.Class).Any() && FeatureLookup.WithTemplate(world, qube, "pci-e820-host") is not "";
}
