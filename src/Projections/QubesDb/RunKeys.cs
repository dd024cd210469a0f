using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The keys that a qube gets when it starts, and again when its network changes.</summary>
/// <remarks>Source: spec, qubesdb.md 1 and 2, in the order given there.</remarks>
internal static class RunKeys
{
    /// <summary>Writes the whole set. Keys of a condition that no longer holds stay, but for the time zone.</summary>
    internal static void WriteAll(DatabaseEdits edits, Qube qube)
    {
        WriteIdentity(edits, qube);
        WriteProvided(edits, qube);
        WriteNetwork(edits, qube);
        WritePlace(edits, qube);
        if (NetworkValues.ProvidesNetwork(qube))
        {
            NetworkKeys.WriteClients(edits, qube);
        }

        FeatureKeys.WriteAll(edits, qube);
        DisplayKeys.WriteAll(edits, qube);
        WriteLegacy(edits, qube);
        if (qube.Class == QubeClass.DispVM)
        {
            edits.Write(qube.Id, "/qubes-vm-persistence", "none");
        }
    }

    private static void WriteIdentity(DatabaseEdits edits, Qube qube)
    {
        var isUpdateable = PropertyValues.Get(edits.World, qube, "updateable") == PropertyValue.True;
        edits.Write(qube.Id, "/name", qube.Name);
        edits.Write(qube.Id, "/type", qube.ClassName);
        edits.Write(qube.Id, "/default-user", DefaultUser(edits.World, qube));
        edits.Write(qube.Id, "/qubes-vm-updateable", isUpdateable ? "True" : "False");
        edits.Write(qube.Id, "/qubes-vm-persistence", isUpdateable ? "full" : "rw-only");
        edits.Write(qube.Id, "/qubes-debug-mode", PropertyValues.Get(edits.World, qube, "debug") == PropertyValue.True ? "1" : "0");
        edits.Write(qube.Id, "/qubes-base-template", Templates.Of(edits.World, qube)?.Name ?? "");
        edits.Write(qube.Id, DatabaseKeys.SeedPath, DatabaseKeys.RandomSeed);
    }

    private static void WriteProvided(DatabaseEdits edits, Qube qube)
    {
        if (!NetworkValues.ProvidesNetwork(qube) || NetworkValues.Gateway(edits.World, qube) is not { } gateway)
        {
            return;
        }

        edits.Write(qube.Id, "/qubes-netvm-network", gateway);
        edits.Write(qube.Id, "/qubes-netvm-gateway", gateway);
        WriteIfAny(edits, qube, "/qubes-netvm-gateway6", NetworkValues.Gateway6(edits.World, qube));
        edits.Write(qube.Id, "/qubes-netvm-netmask", "255.255.255.255");
        WriteServers(edits, qube, "/qubes-netvm-");
    }

    private static void WriteNetwork(DatabaseEdits edits, Qube qube)
    {
        if (NetworkValues.NetVm(edits.World, qube) is null)
        {
            return;
        }

        WriteIfAny(edits, qube, "/qubes-mac", PropertyValues.Get(edits.World, qube, "mac")?.Text);
        WriteIfAny(edits, qube, "/qubes-ip", NetworkValues.VisibleIp(edits.World, qube));
        WriteIfAny(edits, qube, "/qubes-netmask", NetworkValues.VisibleNetmask(edits.World, qube));
        WriteIfAny(edits, qube, "/qubes-gateway", NetworkValues.VisibleGateway(edits.World, qube));
        WriteServers(edits, qube, "/qubes-");
        WriteIfAny(edits, qube, "/qubes-ip6", NetworkValues.Ip6(edits.World, qube));
        WriteIfAny(edits, qube, "/qubes-gateway6", NetworkValues.VisibleGateway6(edits.World, qube));
    }

    private static void WritePlace(DatabaseEdits edits, Qube qube)
    {
        var zone = edits.World.Host.TimeZone;
        var isKnown = zone.Length > 0 && string.IsNullOrEmpty(FeatureLookup.WithTemplate(edits.World, qube, "anon-timezone"));
        edits.WriteOrRemove(qube.Id, "/qubes-timezone", isKnown ? zone : null);
        edits.Write(qube.Id, "/qubes-block-devices", "");
        edits.Write(qube.Id, "/qubes-usb-devices", "");
    }

    private static void WriteLegacy(DatabaseEdits edits, Qube qube)
    {
        edits.Write(qube.Id, "/qubes-vm-type", LegacyType(edits.World, qube));
        edits.Write(qube.Id, "/qubes-iptables-error", "");
        LegacyFirewallKeys.Write(edits, qube);
        foreach (var (feature, service) in ((string, string)[])
            [("service.ntpd", "ntpd"), ("check-updates", "qubes-update-check"), ("dvm", "qubes-dvm"), ("updates-proxy-setup", "yum-proxy-setup")])
        {
            if (qube.Features.Find(feature) is { } value)
            {
                edits.Write(qube.Id, "/qubes-service/" + service, value.Length > 0 ? "1" : "0");
            }
        }
    }

    private static string LegacyType(World world, Qube qube) => qube.Class == QubeClass.TemplateVM ? "TemplateVM"
        : !NetworkValues.ProvidesNetwork(qube) ? "AppVM"
        : NetworkValues.NetVm(world, qube) is null ? "NetVM" : "ProxyVM";

    private static string DefaultUser(World world, Qube qube)
    {
        var mode = PropertyValues.Get(world, qube, "bootmode")?.Text;
        var ofMode = mode is null or "default" ? null : FeatureLookup.WithTemplate(world, qube, "boot-mode.default-user." + mode);
        return ofMode ?? PropertyValues.Get(world, qube, "default_user")?.Text ?? "";
    }

    private static void WriteServers(DatabaseEdits edits, Qube qube, string prefix)
    {
        edits.Write(qube.Id, prefix + "primary-dns", "10.139.1.1");
        edits.Write(qube.Id, prefix + "secondary-dns", "10.139.1.2");
    }

    private static void WriteIfAny(DatabaseEdits edits, Qube qube, string path, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            edits.Write(qube.Id, path, value);
        }
    }
}
