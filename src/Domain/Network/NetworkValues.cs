using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>Addresses of qubes as functions of the world.</summary>
/// <remarks>Source: spec, properties.yaml (network part), qubesdb.md 3.</remarks>
public static class NetworkValues
{
    private const string DnsServers = "10.139.1.1 10.139.1.2";
    private const string Netmask = "255.255.255.255";

    /// <summary>The qube that provides the network, or null.</summary>
    public static Qube? NetVm(World world, Qube qube) =>
        qube.Class is QubeClass.AdminVM or QubeClass.RemoteVM ? null : PropertyValues.GetQube(world, qube, "netvm");

    /// <summary>Whether the qube gives its network to others.</summary>
    public static bool ProvidesNetwork(Qube qube) => qube.Properties.Find("provides_network") == PropertyValue.True;

    /// <summary>Whether the qube has a place in the network.</summary>
    public static bool IsNetworked(World world, Qube qube) => ProvidesNetwork(qube) || NetVm(world, qube) is not null;

    /// <summary>The qubes that get their network from this one, in the order of the API.</summary>
    public static IEnumerable<Qube> Clients(World world, Qube provider) =>
        world.InOrder().Where(qube => NetVm(world, qube)?.Id == provider.Id);

    /// <summary>Whether following the network from <paramref name="from"/> leads to <paramref name="target"/>.</summary>
    public static bool LeadsTo(World world, Qube from, QubeId target)
    {
        var seen = new HashSet<QubeId>();
        for (var qube = from; qube is not null && seen.Add(qube.Id); qube = NetVm(world, qube))
        {
            if (qube.Id == target)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The IPv4 address: explicit, or from the qube's number.</summary>
    public static string? Ip(World world, Qube qube)
    {
        if (qube.Properties.Find("ip") is { } set)
        {
            return set.Text;
        }

        return IsNetworked(world, qube) ? AddressOf(qube) : null;
    }

    /// <summary>The IPv6 address: explicit, or from the qube's number where IPv6 is on.</summary>
    public static string? Ip6(World world, Qube qube)
    {
        if (qube.Properties.Find("ip6") is { } set)
        {
            return set.Text;
        }

        return IsNetworked(world, qube) && HasIpv6(world, qube) ? Address6Of(qube) : null;
    }

    /// <summary>The IPv4 address that the qube believes it has.</summary>
    public static string? VisibleIp(World world, Qube qube) => FakeOrNull(world, qube, "net.fake-ip") ?? Ip(world, qube);

    /// <summary>The address under which a provider is seen by its clients.</summary>
    public static string? Gateway(World world, Qube qube) => ProvidesNetwork(qube) ? VisibleIp(world, qube) : null;

    /// <summary>The IPv6 address under which a provider is seen by its clients.</summary>
    public static string? Gateway6(World world, Qube qube) =>
        ProvidesNetwork(qube) && HasIpv6(world, qube) ? Ip6(world, qube) : null;

    /// <summary>The gateway that the qube believes it has.</summary>
    public static string? VisibleGateway(World world, Qube qube) =>
        FakeOrNull(world, qube, "net.fake-gateway") ?? (NetVm(world, qube) is { } netvm ? Gateway(world, netvm) : null);

    /// <summary>The IPv6 gateway of the qube.</summary>
    public static string? VisibleGateway6(World world, Qube qube) =>
        HasIpv6(world, qube) && NetVm(world, qube) is { } netvm ? Gateway6(world, netvm) : null;

    /// <summary>The netmask that the qube believes it has.</summary>
    public static string? VisibleNetmask(World world, Qube qube) =>
        FakeOrNull(world, qube, "net.fake-netmask") ?? (NetVm(world, qube) is not null ? Netmask : null);

    /// <summary>The name servers.</summary>
    public static string? Dns(World world, Qube qube) => IsNetworked(world, qube) ? DnsServers : null;

    /// <summary>The IPv4 address that belongs to a number: two decimal bytes below 255, then blocks of 254.</summary>
    public static string Address(string prefix, int id) => id < 255
        ? string.Create(CultureInfo.InvariantCulture, $"{prefix}.{id >> 8}.{id & 255}")
        : string.Create(CultureInfo.InvariantCulture, $"{prefix}.{(id - 1) / 254}.{((id - 1) % 254) + 1}");

    private static string AddressOf(Qube qube) =>
        qube.Class == QubeClass.DispVM ? Address("10.138", DispId(qube)) : Address("10.137", qube.Qid);

    private static string Address6Of(Qube qube) => qube.Class == QubeClass.DispVM
        ? string.Create(CultureInfo.InvariantCulture, $"fd09:24ef:4179::a8a:{DispId(qube):x}")
        : string.Create(CultureInfo.InvariantCulture, $"fd09:24ef:4179::a89:{qube.Qid:x}");

    private static int DispId(Qube qube) => (int)(qube.Properties.Find("dispid")?.AsInteger() ?? 0);

    private static bool HasIpv6(World world, Qube qube) => !string.IsNullOrEmpty(FeatureLookup.WithNetVm(world, qube, "ipv6"));

    private static string? FakeOrNull(World world, Qube qube, string feature) =>
        FeatureLookup.WithTemplate(world, qube, feature) is { Length: > 0 } fake ? fake : null;
}
