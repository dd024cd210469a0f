using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What kind of device an interface makes it, in the words that users see.</summary>
/// <remarks>Source: spec, devices 3.</remarks>
public static class DeviceCategory
{
    /// <summary>The category of what no pattern describes.</summary>
    public const string Other = "Other";

    // In the order in which they win a tie.
    private static readonly ImmutableArray<(string Name, string[] Patterns)> Categories =
    [
        ("Network", ["u02****", "p0703**", "p02****", "ue0****"]),
        ("Keyboard", ["u03**01", "p0900**"]),
        ("Mouse", ["u03**02", "p0902**"]),
        ("Input", ["u03****", "p09****"]),
        ("Printer", ["u07****"]),
        ("Camera", ["p0903**", "u06****", "u0e****"]),
        ("Microphone", ["m******"]),
        ("Audio", ["p0403**", "p0401**", "p0408**", "u01****", "m******"]),
        ("Multimedia", ["u10****", "p03****", "p04****"]),
        ("USB_Storage", ["u08****"]),
        ("Block_Storage", ["b******"]),
        ("Storage", ["b******", "u08****", "p01****"]),
        ("Bluetooth", ["ue00101", "p0d11**"]),
        ("Smart_Card_Readers", ["u0b****"]),
        ("Display", ["p0300**", "p0380**"]),
        ("Memory", ["p05****"]),
        ("PCI_Bridge", ["p06****"]),
        ("Docking_Station", ["p0a****"]),
        ("Processor", ["p0b****", "p40****"]),
        ("PCI_Serial_Bus", ["p0c****"]),
        ("PCI_USB", ["p0c03**"]),
    ];

    /// <summary>The category whose pattern says most about the interface.</summary>
    public static string Of(string code)
    {
        var (best, most) = (Other, 0);
        foreach (var (name, patterns) in Categories)
        {
            foreach (var pattern in patterns)
            {
                var literal = pattern.Length - pattern.AsSpan().Count('*');
                if (literal > most && DeviceInterface.Matches(pattern, code))
                {
                    (best, most) = (name, literal);
                }
            }
        }

        return best;
    }
}
