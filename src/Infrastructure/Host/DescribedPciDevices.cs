using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes of the PCI devices of a description what a host would show.</summary>
internal static class DescribedPciDevices
{
    private const int MostBridges = 16;

    /// <summary>The devices, by port; one whose path makes no sense is left out.</summary>
    internal static EquatableArray<PciDevice> Of(EquatableArray<HostPciDevice> described)
    {
        var byAddress = new Dictionary<string, HostPciDevice>(StringComparer.Ordinal);
        foreach (var device in described)
        {
            byAddress.TryAdd(device.Address, device);
        }

        return byAddress.Values
            .Select(device => Device(device, byAddress))
            .OfType<PciDevice>()
            .OrderBy(device => device.Port, StringComparer.Ordinal)
            .ToEquatableArray();
    }

    private static PciDevice? Device(HostPciDevice device, Dictionary<string, HostPciDevice> byAddress) =>
        Bridges(device, byAddress) is { Count: < MostBridges } bridges && PciPath.Of(device.Address, bridges) is { } port
            ? new PciDevice(port, device.Address, HexDigits(device.Class).PadLeft(6, '0'), device.VendorId, device.ProductId)
            {
                Vendor = NullIfEmpty(device.VendorName),
                Product = NullIfEmpty(device.ProductName),
            }
            : null;

    private static List<(string Address, int SecondaryBus)> Bridges(HostPciDevice device, Dictionary<string, HostPciDevice> byAddress)
    {
        var bridges = new List<(string Address, int SecondaryBus)>();
        while (device.Behind is { } address && byAddress.TryGetValue(address, out var bridge) && bridges.Count < MostBridges)
        {
            bridges.Insert(0, (bridge.Address, bridge.SecondaryBus ?? 0));
            device = bridge;
        }

        return bridges;
    }

    private static string HexDigits(string number) => number.StartsWith("0x", StringComparison.Ordinal) ? number[2..] : number;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
