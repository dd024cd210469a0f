using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The kernels that lie in a folder, one folder each.</summary>
/// <remarks>Source: spec, storage (linux-kernel), properties.yaml, kernel and kernelopts; lifecycle.md 9.</remarks>
public static class KernelFolders
{
    private const int MaxOptionBytes = 4096;

    /// <summary>The kernels by name; none when the folder is missing.</summary>
    /// <param name="folder">The folder on disk.</param>
    public static EquatableArray<HostKernel> Scan(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        try
        {
            return Read(folder);
        }
        catch (Exception changing) when (changing is IOException or UnauthorizedAccessException)
        {
            return Read(folder); // a kernel that went away while it was read does not do so twice
        }
    }

    private static EquatableArray<HostKernel> Read(string folder) =>
        Directory.EnumerateDirectories(folder)
            .Select(kernel => new HostKernel(Path.GetFileName(kernel), File.Exists(Path.Combine(kernel, "vmlinuz")))
            {
                CommonOptions = Options(kernel, "default-kernelopts-common.txt"),
                PciOptions = Options(kernel, "default-kernelopts-pci.txt"),
                NoPciOptions = Options(kernel, "default-kernelopts-nopci.txt"),
                HasInitramfs = File.Exists(Path.Combine(kernel, "initramfs")),
                HasModules = File.Exists(Path.Combine(kernel, "modules.img")),
                SupportsMemoryHotplug = File.Exists(Path.Combine(kernel, "memory-hotplug-supported")),
            })
            .OrderBy(kernel => kernel.Name, StringComparer.Ordinal)
            .ToEquatableArray();

    private static string? Options(string kernel, string file)
    {
        var path = new FileInfo(Path.Combine(kernel, file));
        return path is { Exists: true, Length: <= MaxOptionBytes } ? File.ReadAllText(path.FullName, Encoding.ASCII).Trim() : null;
    }
}
