using System.Collections.Immutable;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>How much memory a qube has, and may have.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (memory).</remarks>
internal static class MemoryXml
{
    internal static ImmutableArray<XElement> Of(World world, Qube qube, string mode)
    {
        var (memory, most) = (Amount.Of(world, qube, "memory"), Amount.Of(world, qube, "maxmem"));
        var current = MiB("currentMemory", memory);
        if (most == 0 || (mode == "hvm" && Devices.Assigned(qube, PciDevice.Class).Any()))
        {
            return [MiB("memory", memory), current];
        }

        return MemoryHotplug.IsUsed(world, qube)
            ? [MiB("memory", memory), MiB("maxMemory", most, new XAttribute("slots", "1")), current]
            : [MiB("memory", most), current];
    }

    private static XElement MiB(string name, long amount, params XAttribute[] others) =>
        new(name, new XAttribute("unit", "MiB"), others, Amount.Text(amount));
}
