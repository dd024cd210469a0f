using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Qubes.Cqrs.Projections;

/// <summary>What can stand in a database.</summary>
/// <remarks>Source: spec, qubesdb.md 7.</remarks>
public static class DatabaseKeys
{
    /// <summary>The longest path in bytes.</summary>
    public const int MaxPathBytes = 63;

    /// <summary>The longest value in bytes.</summary>
    public const int MaxValueBytes = 3071;

    /// <summary>Stands for a value that whoever writes it draws: no value of a database can hold this byte.</summary>
    public const string RandomSeed = "\0";

    /// <summary>The key that <see cref="RandomSeed"/> belongs to.</summary>
    public const string SeedPath = "/qubes-random-seed";

    /// <summary>The folders in which only the daemon writes.</summary>
    public static readonly ImmutableArray<string> OwnFolders =
    [
        "/qubes-service/", "/hash-app-dispvm/", "/vm-config/", "/persist/", "/mapped-ip/", NetworkKeys.FirewallPrefix, "/qubes-iptables-domainrules/", "/remote/",
    ];

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-@");

    /// <summary>Whether it is the path of a key.</summary>
    public static bool IsPath(string path) =>
        path is ['/', .., not '/'] && path.Length <= MaxPathBytes && !path.AsSpan().ContainsAnyExcept(PathCharacters);

    /// <summary>Whether a key can have the value.</summary>
    public static bool IsValue(string value) =>
        value.Length <= MaxValueBytes && !value.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(value) <= MaxValueBytes;

    /// <summary>The keys in an order in which they can be written at once: those that make somebody look at others come after these.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ForWriting(IEnumerable<KeyValuePair<string, string>> keys) =>
        keys.OrderBy(key => IsTrigger(key.Key)).ThenBy(key => key.Key, StringComparer.Ordinal);

    private static bool IsTrigger(string path) =>
        path is "/qubes-iptables" ||
        (path.StartsWith(NetworkKeys.FirewallPrefix, StringComparison.Ordinal) && !path.AsSpan(NetworkKeys.FirewallPrefix.Length).Contains('/'));
}
