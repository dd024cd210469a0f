using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads the parts of a <see cref="HostDescription"/>.</summary>
internal static class HostDescriptionReader
{
    private const long MostMiB = 1L << 40;

    private static readonly Dictionary<string, Func<HostDescription, YamlValue, HostDescription>> Keys = new()
    {
        ["hypervisor"] = (to, value) => to with { Hypervisor = value.OneOf("xen", "qemu", "test") },
        ["memory_mib"] = (to, value) => to with { MemoryMiB = value.Number(1, MostMiB) },
        ["cpus"] = (to, value) => to with { Cpus = value.Number(1, 65536) },
        ["cpu_family"] = (to, value) => to with { CpuFamily = value.Number(0, 65536) },
        ["cpu_model"] = (to, value) => to with { CpuModel = value.Number(0, 65536) },
        ["dom0_memory_mib"] = (to, value) => to with { Dom0MemoryMiB = value.Number(1, MostMiB) },
        ["memory_balancer_limit_mib"] = (to, value) => to with { MemoryBalancerLimitMiB = value.Number(0, MostMiB) },
        ["timezone"] = (to, value) => to with { TimeZone = value.AnyScalar() },
        ["call_delay_ms"] = (to, value) => to with { CallDelay = TimeSpan.FromMilliseconds(value.Number(0, 60_000)) },
        ["domain_ids"] = (to, value) => to with { DomainIds = value.OneOf("sequential") },
        ["cpu_time_ns_per_domain_id"] = (to, value) => to with { CpuTimeNsPerDomainId = value.Number(0, long.MaxValue) },
        ["dom0_cpu_time_ns"] = (to, value) => to with { Dom0CpuTimeNs = value.Number(0, long.MaxValue) },
        ["console_tty"] = (to, value) => to with { ConsoleTty = value.AbsolutePath() },
        ["file_system"] = (to, value) => value.Entries("reflink", "size_gib").Aggregate(to, FileSystem),
        ["kernels"] = (to, value) => to with { Kernels = value.Items().Select(Kernel).ToEquatableArray() },
        ["pci_devices"] = (to, value) => to with { PciDevices = value.Items().Select(PciDevice).ToEquatableArray() },
        ["qubesdb"] = (to, value) => to with { QubesDb = value.Entries().ToDictionary(entry => entry.Key, entry => Texts(entry.Value)) },
        ["guests"] = (to, value) => to with { Guests = value.Entries().Select(Guest).ToEquatableArray() },
        ["files"] = (to, value) => to with { Files = Texts(value) },
        ["accounts"] = (to, value) => value.Entries("group_qubes_members", "user_uid").Aggregate(to, Account),
    };

    internal static HostDescription Read(YamlValue? root)
    {
        var host = new HostDescription();
        foreach (var (key, value) in root?.Entries([.. Keys.Keys]) ?? [])
        {
            host = Keys[key](host, value);
        }

        return host;
    }

    private static HostDescription FileSystem(HostDescription to, (string Key, YamlValue Value) entry) => entry.Key switch
    {
        "reflink" => to with { Reflink = entry.Value.Truth() },
        _ => to with { FileSystemSizeGiB = entry.Value.Number(1, MostMiB) },
    };

    private static HostDescription Account(HostDescription to, (string Key, YamlValue Value) entry) => entry.Key switch
    {
        "user_uid" => to with { UserUid = entry.Value.Number(0, int.MaxValue) },
        _ => to with { GroupQubesMembers = entry.Value.Items().Select(item => item.Text()).ToEquatableArray() },
    };

    // A version may look like a number.
    private static string Kernel(YamlValue value) => value.AnyScalar() is { Length: > 0 } name && !name.Contains('/', StringComparison.Ordinal)
        ? name
        : throw value.Error("expected the name of a kernel");

    private static HostPciDevice PciDevice(YamlValue value)
    {
        var device = new HostPciDevice("");
        foreach (var (key, part) in value.Entries("address", "behind", "class", "vendor", "product", "secondary_bus"))
        {
            device = key switch
            {
                "address" => device with { Address = part.Text() },
                "behind" => device with { Behind = part.Text() },
                "class" => device with { Class = part.Text() },
                "vendor" => device with { VendorId = Pair(part).Id, VendorName = Pair(part).Name },
                "product" => device with { ProductId = Pair(part).Id, ProductName = Pair(part).Name },
                _ => device with { SecondaryBus = part.Number(0, 255) },
            };
        }

        return device.Address.Length > 0 ? device : throw value.Error("expected an address");
    }

    private static (string Id, string Name) Pair(YamlValue value) => value.Items() is [var id, var name]
        ? (id.Text(), name.AnyScalar())
        : throw value.Error("expected an id and a name");

    private static HostGuest Guest((string Key, YamlValue Value) entry)
    {
        var guest = new HostGuest(entry.Key);
        foreach (var (key, value) in entry.Value.Entries("create", "define", "qrexec_daemon_exit_code", "shutdown"))
        {
            guest = key switch
            {
                "create" => guest with { CreateFails = value.OneOf("fails") == "fails" },
                "define" => guest with { DefineFails = value.OneOf("fails") == "fails" },
                "qrexec_daemon_exit_code" => guest with { QrexecDaemonExitCode = value.Number(0, 255) },
                _ => guest with { IgnoresShutdown = value.OneOf("ignored") == "ignored" },
            };
        }

        return guest;
    }

    private static IReadOnlyDictionary<string, string> Texts(YamlValue value) => value.Entries().ToDictionary(
        entry => entry.Key is ['/', ..] ? entry.Key : throw entry.Value.Error("expected an absolute path as its key"),
        entry => entry.Value.AnyScalar());
}
