using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Domain;

/// <summary>Reads the block devices that a qube wrote into its own database, which may hold anything.</summary>
/// <remarks>Source: spec, devices 6; qubesdb 5.</remarks>
public static partial class BlockAnnouncements
{
    /// <summary>What the keys about block devices start with.</summary>
    public const string Prefix = "/qubes-block-devices/";

    /// <summary>The most devices that are taken from one qube; further ones are left out.</summary>
    public const int MostDevices = 128;

    private const int LongestText = 256;
    private const string TextCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789()+,-.:=_/ ";

    /// <summary>The devices, by name; those whose name is none are left out.</summary>
    /// <param name="untrustedKeys">The keys of the database, others included.</param>
    public static EquatableArray<BlockDevice> Read(IReadOnlyDictionary<string, string> untrustedKeys) => untrustedKeys.Keys
        .Where(key => key.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(key => key[Prefix.Length..].Split('/')[0])
        .Where(name => Name.IsMatch(name))
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)
        .Take(MostDevices)
        .Select(name => Device(name, key => untrustedKeys.GetValueOrDefault($"{Prefix}{name}/{key}") ?? ""))
        .ToEquatableArray();

    private static BlockDevice Device(string name, Func<string, string> untrusted)
    {
        var (model, label) = Description(untrusted("desc"));
        var device = new BlockDevice(name, model, label, untrusted("mode") == "r", null);
        return WithParent(device, untrusted("parent"));
    }

    // "<model> (<label>)", with underscores for the spaces inside.
    private static (string? Model, string? Label) Description(string untrusted)
    {
        var text = DeviceText.Sanitise(untrusted[..Math.Min(untrusted.Length, LongestText)], TextCharacters);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var label = space < 0 ? "" : text[(space + 1)..];
        return (Spaced(space < 0 ? text : text[..space]), Spaced(label is ['(', .., ')'] ? label[1..^1] : label));
    }

    private static string? Spaced(string text) => text.Length == 0 ? null : text.Replace('_', ' ');

    private static BlockDevice WithParent(BlockDevice device, string untrusted)
    {
        if (Name.IsMatch(untrusted))
        {
            return device with { Parent = new DevicePort(BlockDevice.Class, untrusted) };
        }

        return UsbInterface.IsMatch(untrusted) && untrusted.Split(':') is [var port, var part]
            ? device with { Parent = new DevicePort("usb", port), ParentInterface = part }
            : device;
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }

    [GeneratedRegex(@"^[0-9]{1,3}-[0-9]{1,3}(\.[0-9]{1,3}){0,6}:[0-9]{1,3}\.[0-9]{1,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsbInterface { get; }
}
