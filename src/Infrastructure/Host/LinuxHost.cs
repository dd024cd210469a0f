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

    // proc(5): the kernel counts in hundredths of a second, whatever its own clock does.
    private const long NanosecondsPerTick = 10_000_000;

    // Which file system it is does not change while the daemon runs, and finding out writes two files.
    private readonly Lazy<bool> reflink = new(() => Reflinks.AreSupported(paths.OnDisk("/var/lib/qubes")));

    /// <inheritdoc/>
    public HostFacts Observe()
    {
        var memoryMiB = TotalMemoryKiB() / KiBPerMiB;
        return new HostFacts
        {
            Hypervisor = hypervisor,
            MemoryMiB = memoryMiB,
            Dom0MemoryMiB = memoryMiB,
            Cpus = Environment.ProcessorCount,
            CpuFamily = CpuNumber("cpu family"),
            CpuModel = CpuNumber("model"),
            TimeZone = TimeZoneOf("/etc/localtime"),
            Reflink = reflink.Value,
            DefaultThinPool = Environment.GetEnvironmentVariable("DEFAULT_LVM_POOL") ?? "",
            RootThinPool = ThinPools.OfRoot("/proc/self/mountinfo", "/sys/dev/block"),
            Kernels = KernelFolders.Scan(paths.OnDisk("/var/lib/qubes/vm-kernels")),
            PciDevices = pci.Scan(),
        };
    }

    /// <inheritdoc/>
    public HostFigures Measure() => new(TotalMemoryKiB(), CpuTimeNs());

    private static long TotalMemoryKiB()
    {
        var line = File.ReadLines("/proc/meminfo").First(candidate => candidate.StartsWith("MemTotal:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    // The first line sums up all processors: user, nice, system, idle, iowait, irq, softirq.
    private static long CpuTimeNs()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new[] { 1, 2, 3, 6, 7 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) * NanosecondsPerTick;
    }

    // Machines other than a PC show other lines.
    private static int CpuNumber(string key)
    {
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(candidate => candidate.Split(':')[0].Trim() == key);
        return int.TryParse(line?.Split(':')[^1], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number) ? number : 0;
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
