using System.Diagnostics;
using Qubes.Cqrs.Benchmarks.Hosts;

namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>An XFS with reflinks in a sparse file, mounted as long as it is not disposed; root only.</summary>
public sealed class ReflinkDisk : IAsyncDisposable
{
    private readonly string folder;

    private ReflinkDisk(string folder) => this.folder = folder;

    /// <summary>What is used of it, in bytes.</summary>
    public long UsedBytes => new DriveInfo(folder) is var drive ? drive.TotalSize - drive.TotalFreeSpace : 0;

    /// <summary>Makes and mounts it.</summary>
    /// <param name="image">The file that holds it.</param>
    /// <param name="folder">Where it is mounted; is made.</param>
    /// <param name="ct">Breaks off.</param>
    /// <exception cref="BenchmarkException">It cannot be made or mounted here.</exception>
    public static async Task<ReflinkDisk> MountAsync(string image, string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        await RunAsync(["truncate", "-s", "16G", image], ct);
        await RunAsync(["mkfs.xfs", "-q", "-m", "reflink=1", image], ct);
        await RunAsync(["mount", "-o", "loop", image, folder], ct);
        return new ReflinkDisk(folder);
    }

    /// <summary>Brings everything to the disk, so that what is used is counted right.</summary>
    public Task SyncAsync(CancellationToken ct) => RunAsync(["sync", "-f", folder], ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RunAsync(["umount", "-l", folder], CancellationToken.None);

    private static async Task RunAsync(string[] command, CancellationToken ct)
    {
        var result = await Tool.RunAsync(new ProcessStartInfo(command[0], command[1..]), ct);
        if (result.ExitCode != 0)
            throw new BenchmarkException($"{string.Join(' ', command)} ended with {result.ExitCode}: {result.Errors}");
    }
}
