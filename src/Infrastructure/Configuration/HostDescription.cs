using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A host to simulate: its facts, its devices, the behaviour of its guests and the files on it.</summary>
/// <remarks>The file is described in docs/configuration.md.</remarks>
public sealed record HostDescription
{
    /// <summary>The hypervisor (<c>hypervisor</c>).</summary>
    public string Hypervisor { get; init; } = "xen";

    /// <summary>All memory (<c>memory_mib</c>).</summary>
    public long MemoryMiB { get; init; } = 16384;

    /// <summary>The number of processors (<c>cpus</c>).</summary>
    public int Cpus { get; init; } = 4;

    /// <summary>The family of the processors (<c>cpu_family</c>).</summary>
    public int CpuFamily { get; init; } = 6;

    /// <summary>The model of the processors within their family (<c>cpu_model</c>).</summary>
    public int CpuModel { get; init; } = 140;

    /// <summary>The current memory of dom0 and its static maximum (<c>dom0_memory_mib</c>).</summary>
    public long Dom0MemoryMiB { get; init; } = 4096;

    /// <summary>The most memory that a guest gets (<c>memory_balancer_limit_mib</c>); null for no limit.</summary>
    public long? MemoryBalancerLimitMiB { get; init; }

    /// <summary>The time zone's name; empty when unknown (<c>timezone</c>).</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>How long each call of the hypervisor takes (<c>call_delay_ms</c>).</summary>
    public TimeSpan CallDelay { get; init; }

    /// <summary>How running guests are numbered (<c>domain_ids</c>): <c>sequential</c>.</summary>
    public string DomainIds { get; init; } = "sequential";

    /// <summary>The processor time that a guest has used, for each step of its number (<c>cpu_time_ns_per_domain_id</c>).</summary>
    public long CpuTimeNsPerDomainId { get; init; }

    /// <summary>The processor time that dom0 has used (<c>dom0_cpu_time_ns</c>).</summary>
    public long Dom0CpuTimeNs { get; init; }

    /// <summary>The terminal of a guest's console, <c>{id}</c> standing for its number (<c>console_tty</c>).</summary>
    public string ConsoleTty { get; init; } = "/dev/pts/{id}";

    /// <summary>Whether the file system under /var/lib/qubes shares extents between files (<c>file_system.reflink</c>).</summary>
    public bool Reflink { get; init; }

    /// <summary>The size of that file system (<c>file_system.size_gib</c>); null when not said.</summary>
    public long? FileSystemSizeGiB { get; init; }

    /// <summary>The installed kernels (<c>kernels</c>).</summary>
    public EquatableArray<string> Kernels { get; init; } = [];

    /// <summary>The PCI devices of dom0 (<c>pci_devices</c>).</summary>
    public EquatableArray<HostPciDevice> PciDevices { get; init; } = [];

    /// <summary>What qubes wrote into their own databases: by qube and path (<c>qubesdb</c>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> QubesDb { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>How guests behave that do not simply start and stop (<c>guests</c>).</summary>
    public EquatableArray<HostGuest> Guests { get; init; } = [];

    /// <summary>The files that lie on the host beforehand, by their absolute path (<c>files</c>).</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The members of the group <c>qubes</c> (<c>accounts.group_qubes_members</c>).</summary>
    public EquatableArray<string> GroupQubesMembers { get; init; } = [];

    /// <summary>The id of the ordinary user (<c>accounts.user_uid</c>).</summary>
    public int UserUid { get; init; } = 1000;

    /// <summary>Reads a description.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">YAML.</param>
    /// <exception cref="ConfigurationException">It is not understood.</exception>
    public static HostDescription Parse(string file, string text) => HostDescriptionReader.Read(YamlValue.Parse(file, text));
}
