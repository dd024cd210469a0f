using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Qubes.Cqrs.Domain;

/// <summary>The destination of a firewall rule: an address of either family with its prefix length, or a host name.</summary>
/// <remarks>Source: spec, firewall.md 1; addenda, corrections (firewall): the value alone tells the kind, addresses stay as they were typed.</remarks>
public static class FirewallDestination
{
    private const int Bits4 = 32;
    private const int Bits6 = 128;
    private const int Octets = 4;
    private const int LongestAddress = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> Number4 = SearchValues.Create("0123456789.");

    /// <summary>The destination in the form that rules keep: an address gets its full prefix length when it has none.</summary>
    /// <exception cref="InvalidValueException">It is neither.</exception>
    public static string Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? text : text[..slash];
        if (Bits(address) is { } bits)
        {
            return slash < 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}/{bits}")
                : IsPrefix(text.AsSpan(slash + 1), bits) ? text
                : throw Refusal(text);
        }

        return slash < 0 && !text.AsSpan().ContainsAnyExcept(NameCharacters) && !IsShortAddress(text) ? text : throw Refusal(text);
    }

    /// <summary>The name of the destination in the API: <c>dst4</c>, <c>dst6</c> or <c>dsthost</c>.</summary>
    public static string KeyOf(string destination) =>
        destination.Contains(':', StringComparison.Ordinal) ? "dst6"
        : destination.Contains('/', StringComparison.Ordinal) ? "dst4"
        : "dsthost";

    private static int? Bits(string address)
    {
        if (address.Length is 0 or > LongestAddress)
        {
            return null;
        }

        if (address.Contains(':', StringComparison.Ordinal))
        {
            // The brackets and scopes that IPAddress takes are no part of an address here.
            return !address.AsSpan().ContainsAny('[', ']', '%') && IPAddress.TryParse(address, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6
                ? Bits6 : null;
        }

        var parts = address.Split('.');
        return parts.Length == Octets && parts.All(IsOctet) ? Bits4 : null;
    }

    private static bool IsOctet(string part) =>
        part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part == "0" || part[0] != '0')
        && int.Parse(part, CultureInfo.InvariantCulture) <= byte.MaxValue;

    // "10" or "10.0" would be read as an address by who resolves names, but not as the one that was meant.
    private static bool IsShortAddress(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Number4) && text.Split('.') is { Length: < Octets } parts && parts.All(part => part.Length > 0);

    private static bool IsPrefix(ReadOnlySpan<char> text, int bits)
    {
        const int longest = 3;
        return text.Length is > 0 and <= longest && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bits;
    }

    private static InvalidValueException Refusal(string text) => new($"invalid destination of a firewall rule: {PythonText.Repr(text)}");
}
