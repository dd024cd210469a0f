namespace Qubes.Cqrs.Domain;

/// <summary>The kernel that a qube is started with: a file of the host, or a boot loader that finds the guest's own.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (kernel path), storage 9. The folder is that of the pool that also holds the kernel's modules.</remarks>
public static class QubeKernel
{
    private const string UsualFolder = "/var/lib/qubes/vm-kernels";
    private const string BootLoader = "pvgrub2";

    /// <summary>The name of the host's kernel; empty when the guest brings its own.</summary>
    /// <exception cref="RefusedException">Nobody said which.</exception>
    public static string Name(World world, Qube qube) => PropertyValues.Get(world, qube, "kernel") is { } kernel
        ? kernel.Text ?? ""
        : throw new RefusedException($"No kernel is set for {qube.Name}: set its property kernel, or default_kernel");

    /// <summary>Whether a kernel of this name is none of the host's, or the boot loader that starts the guest's.</summary>
    public static bool IsGuestsOwn(string kernel) => kernel.Length == 0 || kernel.StartsWith(BootLoader, StringComparison.Ordinal);

    /// <summary>The file to start, or null when the firmware finds it.</summary>
    /// <param name="world">The world.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="mode">Its virtualisation mode: <c>hvm</c>, <c>pvh</c> or <c>pv</c>.</param>
    public static string? Image(World world, Qube qube, string mode) => (mode, Name(world, qube)) switch
    {
        ("hvm", _) => null,
        ("pvh", "") => $"{UsualFolder}/{BootLoader}-pvh/vmlinuz",
        (_, "") => $"{UsualFolder}/{BootLoader}/vmlinuz",
        (_, var kernel) => $"{Folder(world, qube)}/{kernel}/vmlinuz",
    };

    /// <summary>The file system that the kernel starts with, or null without one.</summary>
    /// <param name="world">The world.</param>
    /// <param name="qube">The qube.</param>
    public static string? Initramfs(World world, Qube qube) => Name(world, qube) is var kernel && Installed(world, kernel) is { HasInitramfs: true }
        ? $"{Folder(world, qube)}/{kernel}/initramfs"
        : null;

    /// <summary>Refuses a kernel that is gone since it was chosen.</summary>
    /// <exception cref="StorageRefusedException">It is not there.</exception>
    public static void CheckInstalled(World world, Qube qube)
    {
        if (Name(world, qube) is { Length: > 0 } kernel && Installed(world, kernel) is not { HasImage: true })
        {
            throw new StorageRefusedException($"Missing file: {Folder(world, qube)}/{kernel}/vmlinuz");
        }
    }

    /// <summary>What is known of an installed kernel, or null.</summary>
    public static HostKernel? Installed(World world, string kernel) =>
        kernel.Length == 0 ? null : world.Host.Kernels.FirstOrDefault(candidate => candidate.Name == kernel);

    private static string Folder(World world, Qube qube) =>
        qube.Volumes.FirstOrDefault(volume => volume.Name == "kernel") is { } volume &&
        world.FindPool(volume.Pool) is { Driver: PoolDrivers.LinuxKernel } pool
            ? pool.Find(PoolDrivers.DirPath) ?? UsualFolder
            : UsualFolder;
}
