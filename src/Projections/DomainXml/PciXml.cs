using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The PCI devices that a qube needs.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (required PCI), devices 5.</remarks>
internal static class PciXml
{
    internal static ImmutableArray<XElement> Of(World world, Qube qube) =>
        [.. RequiredDevices.Of(world, qube, PciDevice.Class).Select(device => Device(world, device.Assignment, device.Device))];

    /// <summary>A PCI device of dom0.</summary>
    /// <exception cref="RefusedException">The host has no such device.</exception>
    internal static XElement Device(World world, DeviceAssignment assignment, DeviceAddress device)
    {
        var found = world.Host.PciDevices.FirstOrDefault(candidate => device.Backend == world.Dom0.Name && candidate.Port == device.Port);
        return new XElement(
            "hostdev",
            new XAttribute("type", "pci"),
            new XAttribute("managed", "yes"),
            IsOn(assignment, "no-strict-reset") ? new XAttribute("nostrictreset", "yes") : null,
            new XElement(
                "source",
                IsOn(assignment, "permissive") ? new XAttribute("writeFiltering", "no") : null,
                string.IsNullOrEmpty(world.Dom0.Features.Find("suspend-s0ix")) ? null : new XAttribute("powerManagementFiltering", "no"),
                Address(found?.Address) ?? throw RequiredDevices.Missing(assignment)));
    }

    private static bool IsOn(DeviceAssignment assignment, string option) =>
        assignment.Options.Any(given => given.Name == option && given.Value.Length > 0);

    // SSSS:BB:DD.F
    private static XElement? Address(string? text)
    {
        var parts = text?.Split(':', '.') ?? [];
        return parts.Length == 4 && parts.All(IsHexadecimal)
            ? new XElement(
                "address",
                new XAttribute("domain", "0x" + parts[0]),
                new XAttribute("bus", "0x" + parts[1]),
                new XAttribute("slot", "0x" + parts[2]),
                new XAttribute("function", "0x" + parts[3]))
            : null;
    }

    private static bool IsHexadecimal(string part) => ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
}
