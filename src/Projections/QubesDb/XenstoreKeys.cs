using System.Globalization;
using System.Numerics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The older configuration channel: keys below a domain's folder in xenstore, with today's values.</summary>
/// <remarks>Source: spec, qubesdb.md 6; decisions 1 (A14).</remarks>
public static class XenstoreKeys
{
    private const string Services = "/qubes-service/";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["/qubes-vm-type"] = "qubes-vm-type",
        ["/qubes-vm-updateable"] = "qubes-vm-updatable",
        ["/qubes-vm-persistence"] = "qubes-vm-persistence",
        ["/qubes-timezone"] = "qubes-timezone",
        ["/keyboard-layout"] = "qubes-keyboard",
        ["/qubes-debug-mode"] = "qubes-debug-mode",
        ["/qubes-netmask"] = "qubes-netmask",
        ["/qubes-ip"] = "qubes-ip",
        ["/qubes-gateway"] = "qubes-gateway",
        ["/qubes-secondary-dns"] = "qubes-secondary-dns",
        ["/qubes-netvm-gateway"] = "qubes-netvm-gateway",
        ["/qubes-netvm-netmask"] = "qubes-netvm-netmask",
        ["/qubes-netvm-network"] = "qubes-netvm-network",
        ["/qubes-netvm-secondary-dns"] = "qubes-netvm-secondary-dns",
        ["/qubes-block-devices"] = "qubes-block-devices",
        ["/qubes-usb-devices"] = "qubes-usb-devices",
    };

    /// <summary>The older name of a key, below the domain's folder; null when it had none.</summary>
    /// <param name="path">A path of a QubesDB.</param>
    public static string? NameOf(string path) => path.StartsWith(Services, StringComparison.Ordinal) ? path[1..] : Names.GetValueOrDefault(path);

    /// <summary>The keys that stand for a database.</summary>
    public static IEnumerable<XenstoreKey> Of(QubeDatabase database)
    {
        foreach (var (path, value) in database.Keys)
        {
            if (NameOf(path) is { } name)
            {
                yield return Key(name, value);
            }
        }
    }

    /// <summary>The keys through which a new domain tells of its memory; none where nobody balances it.</summary>
    /// <param name="world">The world.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="canPlugMemory">Whether memory can be added while it runs.</param>
    public static IEnumerable<XenstoreKey> OfMemory(World world, Qube qube, bool canPlugMemory)
    {
        if (world.Host.Hypervisor != "xen" || PropertyValues.Get(world, qube, "maxmem")?.AsInteger() is not { } most || most <= 0)
        {
            yield break;
        }

        yield return new XenstoreKey("memory/meminfo", "", true);
        yield return new XenstoreKey("memory/swapinfo", "", true);
        if (canPlugMemory)
        {
            yield return PluggableMemory(most);
        }
    }

    /// <summary>The most memory that a domain can be given while it runs.</summary>
    /// <param name="mostMiB">The limit in MiB; the key holds KiB.</param>
    public static XenstoreKey PluggableMemory(BigInteger mostMiB) =>
        new("memory/hotplug-max", (mostMiB * 1024).ToString(CultureInfo.InvariantCulture), false);

    /// <summary>A key under an older name; the qube writes below the folders of its devices itself.</summary>
    public static XenstoreKey Key(string name, string value) => new(name, value, name is "qubes-block-devices" or "qubes-usb-devices");
}
