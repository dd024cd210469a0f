using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A host as a file describes it; its kernels are files below the root like everybody's.</summary>
public sealed class SimulatedHost(HostDescription description, RootedPaths paths) : IHost
{
    private const string KernelFolder = "/var/lib/qubes/vm-kernels";
    private static readonly string[] KernelFiles = ["vmlinuz", "initramfs", "modules.img"];

    /// <summary>Writes the files that are there before the first start, unless they are there.</summary>
    public void Prepare()
    {
        foreach (var file in description.Kernels.SelectMany(kernel => KernelFiles.Select(name => $"{KernelFolder}/{kernel}/{name}")))
        {
            Write(file, "");
        }

        foreach (var (file, text) in description.Files)
        {
            Write(file, text);
        }
    }

    /// <inheritdoc/>
    public HostFacts Observe() => new()
    {
        Hypervisor = description.Hypervisor,
        MemoryMiB = description.MemoryMiB,
        Dom0MemoryMiB = description.Dom0MemoryMiB,
        Cpus = description.Cpus,
        TimeZone = description.TimeZone,
        Reflink = description.Reflink,
        Kernels = KernelFolders.Scan(paths.OnDisk(KernelFolder)),
        PciDevices = DescribedPciDevices.Of(description.PciDevices),
        BlockDevices = description.QubesDb.TryGetValue("dom0", out var keys) ? BlockAnnouncements.Read(keys) : [],
    };

    private void Write(string path, string text)
    {
        var onDisk = paths.OnDisk(path);
        if (!File.Exists(onDisk))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(onDisk)!); // absolute paths have one
            File.WriteAllText(onDisk, text, new UTF8Encoding(false));
        }
    }
}
