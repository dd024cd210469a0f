using System.Globalization;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The lasting name of a PCI device: its path from the root bus, which does not change with the numbers of buses.</summary>
/// <remarks>Source: spec, devices 5.</remarks>
public static partial class PciPath
{
    /// <summary>The path, or null when an address is malformed.</summary>
    /// <param name="address">The device's address, <c>0000:02:00.0</c>.</param>
    /// <param name="bridges">The bridges that it lies behind, from the root bus on, each with the bus behind it.</param>
    public static string? Of(string address, IEnumerable<(string Address, int SecondaryBus)> bridges)
    {
        var (path, bus) = ("", 0);
        foreach (var (bridge, secondaryBus) in bridges)
        {
            if (Part(bridge, bus, path.Length == 0) is not { } part)
            {
                return null;
            }

            (path, bus) = (path + part + "-", secondaryBus);
        }

        return Part(address, bus, path.Length == 0) is { } last ? path + last : null;
    }

    // The first part is absolute and names the segment unless it is the first one; the others count from the bus behind their bridge.
    private static string? Part(string address, int firstBus, bool isFirst)
    {
        if (Address.Match(address) is not { Success: true } match)
        {
            return null;
        }

        var segment = match.Groups["segment"].Value;
        var bus = int.Parse(match.Groups["bus"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) - firstBus;
        if (bus < 0)
        {
            return null;
        }

        var prefix = isFirst && segment != "0000" ? segment + "_" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{bus:x2}_{match.Groups["device"].Value}");
    }

    [GeneratedRegex(@"^(?<segment>[0-9a-f]{4}):(?<bus>[0-9a-f]{2}):(?<device>[0-9a-f]{2}\.[0-7])\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address { get; }
}
