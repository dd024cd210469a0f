namespace Qubes.Cqrs.Domain;

/// <summary>What the host contributes to values, as of the last <see cref="HostObserved"/>.</summary>
public sealed record HostFacts
{
    /// <summary>A host of which nothing was observed yet.</summary>
    public static readonly HostFacts Unknown = new();

    /// <summary>The hypervisor: <c>xen</c>, <c>qemu</c>, <c>test</c>; balancing of memory needs <c>xen</c>.</summary>
    public string Hypervisor { get; init; } = "xen";

    /// <summary>All memory of the host in MiB.</summary>
    public long MemoryMiB { get; init; } = 4096;

    /// <summary>The static maximum of dom0's memory in MiB.</summary>
    public long Dom0MemoryMiB { get; init; } = 4096;

    /// <summary>The number of processors.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>The family of the processors; 0 when unknown.</summary>
    public int CpuFamily { get; init; }

    /// <summary>The model of the processors within their family; 0 when unknown.</summary>
    public int CpuModel { get; init; }

    /// <summary>The time zone's name; empty when unknown.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Whether the file system under /var/lib/qubes shares extents between files.</summary>
    public bool Reflink { get; init; }

    /// <summary>The LVM thin pool that the environment names for new volumes; empty without one.</summary>
    public string DefaultThinPool { get; init; } = "";

    /// <summary>The LVM thin pool that holds the root file system, as <c>GROUP/POOL</c>; empty without one.</summary>
    public string RootThinPool { get; init; } = "";

    /// <summary>The installed kernels, by name.</summary>
    public EquatableArray<HostKernel> Kernels { get; init; } = [];

    /// <summary>The PCI devices, by port.</summary>
    public EquatableArray<PciDevice> PciDevices { get; init; } = [];

    /// <summary>The block devices that dom0 announces, by name.</summary>
    public EquatableArray<BlockDevice> BlockDevices { get; init; } = [];
}

/// <summary>A kernel of the host.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="HasImage">Whether it holds a file <c>vmlinuz</c>.</param>
public sealed record HostKernel(string Name, bool HasImage)
{
    /// <summary>The options of every qube, or null.</summary>
    public string? CommonOptions { get; init; }

    /// <summary>The default options of a qube with PCI devices, or null.</summary>
    public string? PciOptions { get; init; }

    /// <summary>The default options of a qube without, or null.</summary>
    public string? NoPciOptions { get; init; }

    /// <summary>Whether it holds a file <c>initramfs</c>.</summary>
    public bool HasInitramfs { get; init; }

    /// <summary>Whether it holds a file <c>modules.img</c>, which qubes get as a disk.</summary>
    public bool HasModules { get; init; }

    /// <summary>Whether it says, by a file <c>memory-hotplug-supported</c>, that memory can be added while it runs.</summary>
    public bool SupportsMemoryHotplug { get; init; }
}
