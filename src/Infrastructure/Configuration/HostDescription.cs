namespace Qubes.Cqrs.Infrastructure;

/// <summary>A simulated host as a file describes it.</summary>
/// <remarks>The hypervisor's part (guests, domain ids, devices, databases) is read and kept for the hypervisor that comes with power.</remarks>
public sealed record HostDescription
{
    /// <summary>The hypervisor.</summary>
    public string Hypervisor { get; init; } = "xen";

    /// <summary>All memory in MiB.</summary>
    public long MemoryMiB { get; init; } = 16384;

    /// <summary>The number of processors.</summary>
    public int Cpus { get; init; } = 4;

    /// <summary>dom0's memory in MiB.</summary>
    public long Dom0MemoryMiB { get; init; } = 4096;

    /// <summary>The time zone.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Whether the file system shares extents.</summary>
    public bool Reflink { get; init; }

    /// <summary>The installed kernels.</summary>
    public IReadOnlyList<string> Kernels { get; init; } = [];

    /// <summary>Files present before the first start, by path.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a description.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">YAML.</param>
    /// <exception cref="ConfigurationException">It is not understood.</exception>
    public static HostDescription Parse(string file, string text)
    {
        var root = YamlSection.Load(file, text);
        var fileSystem = root.Section("file_system");
        var files = root.Section("files");
        var description = new HostDescription
        {
            Hypervisor = root.Text("hypervisor") ?? "xen",
            MemoryMiB = root.Number("memory_mib", 16384L, 1, long.MaxValue),
            Cpus = root.Number("cpus", 4, 1, 4096),
            Dom0MemoryMiB = root.Number("dom0_memory_mib", 4096L, 1, long.MaxValue),
            TimeZone = root.Text("timezone") ?? "",
            Reflink = fileSystem.Boolean("reflink", false),
            Kernels = root.Texts("kernels"),
            Files = files.Entries.ToDictionary(entry => entry.Key, entry => files.Scalar(entry.Value, entry.Key)),
        };
        fileSystem.Number("size_gib", 20L, 1, long.MaxValue);
        fileSystem.RefuseOthers();
        foreach (var later in new[] { "memory_balancer_limit_mib", "domain_ids", "cpu_time_ns_per_domain_id", "dom0_cpu_time_ns", "console_tty" })
        {
            root.Text(later);
        }

        foreach (var later in new[] { "qubesdb", "guests", "accounts" })
        {
            root.Section(later);
        }

        root.Sections("pci_devices");
        root.RefuseOthers();
        return description;
    }
}
