using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The machine that the daemon runs on.</summary>
/// <param name="paths">Where the product's files lie.</param>
/// <param name="hypervisor">The hypervisor that the configuration names.</param>
/// <remarks>Memory and processors are those that dom0 itself sees; what only the hypervisor knows comes with its connection.</remarks>
public sealed class LinuxHost(RootedPaths paths, string hypervisor) : IHost
{
    private const int KiBPerMiB = 1024;
    private readonly PciBus pci = new("/sys/bus/pci/devices", new PciNames(PciNames.UsualFiles));

    /// <inheritdoc/>
    public HostFacts Observe()
    {
        var memoryMiB = TotalMemoryMiB();
        return new HostFacts
        {
            Hypervisor = hypervisor,
            MemoryMiB = memoryMiB,
            Dom0MemoryMiB = memoryMiB,
            Cpus = Environment.ProcessorCount,
            TimeZone = TimeZoneOf("/etc/localtime"),
            Reflink = Reflinks.AreSupported(paths.OnDisk("/var/lib/qubes")),
            Kernels = KernelFolders.Scan(paths.OnDisk("/var/lib/qubes/vm-kernels")),
            PciDevices = pci.Scan(),
        };
    }

    private static long TotalMemoryMiB()
    {
        var line = File.ReadLines("/proc/meminfo").First(candidate => candidate.StartsWith("MemTotal:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / KiBPerMiB;
    }

    // The name is the part of the link's target after the folder of zones.
    private static string TimeZoneOf(string link)
    {
        const string folder = "zoneinfo/";
        var target = new FileInfo(link).LinkTarget ?? "";
        var start = target.IndexOf(folder, StringComparison.Ordinal);
        return start < 0 ? "" : target[(start + folder.Length)..];
    }
}
