using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>Cloning a large sparse volume by sharing its blocks.</summary>
internal sealed class CloneBenchmark(StorageSettings settings, Daemon daemon, string root)
{
    private const string Mount = "/srv/disk";
    private const string Pool = Mount + "/pool";
    private const long VolumeBytes = 10L << 30;
    private const double MostMilliseconds = 50;
    private const double MostMebibytes = 1;

    internal async Task<IReadOnlyList<StorageFigure>> RunAsync(CancellationToken ct)
    {
        await using var disk = await ReflinkDisk.MountAsync(Path.Combine(root, "disk.img"), root + Mount, ct);
        var client = new ApiClient(daemon.SocketPath);
        await client.CallAsync("admin.pool.Add", "file-reflink", "dom0", $"name=xfs\ndir_path={Pool}", ct);
        foreach (var name in new[] { "original", "copy" })
            await client.CallAsync("admin.vm.CreateInPool.StandaloneVM", "", "dom0", $"name={name} label=red pool=xfs", ct);
        await client.CallAsync("admin.vm.volume.Resize", "private", "original", VolumeBytes.ToString(CultureInfo.InvariantCulture), ct);
        var original = $"{root}{Pool}/appvms/original/private.img";
        RandomData.Write(original, (long)settings.DataMebibytes << 20);
        await disk.SyncAsync(ct);
        var (times, floors, before) = (new List<double>(), new List<double>(), disk.UsedBytes);
        for (var round = 0; round < settings.Rounds; round++)
        {
            times.Add(await CloneAsync(client, ct));
            floors.Add(await CopyAsync(original, $"{root}{Mount}/floor", ct));
        }

        File.Delete($"{root}{Mount}/floor");
        await disk.SyncAsync(ct);
        var space = (disk.UsedBytes - before) / 1048576.0;
        await client.CallAsync("admin.vm.Remove", "", "copy", "", ct);
        await client.CallAsync("admin.vm.Remove", "", "original", "", ct);
        await client.CallAsync("admin.pool.Remove", "xfs", "dom0", "", ct);
        return
        [
            new(
                $"`CloneFrom` and `CloneTo` of a 10 GiB volume with {settings.DataMebibytes} MiB of data, XFS", "ms", times,
                "`cp --reflink=always` of the file", floors, "below 50 ms", StorageFigure.MedianOf(times) < MostMilliseconds),
            new($"space that {settings.Rounds} such clones take, one in place of the other", "MiB", [space], "", [], "below 1 MiB", space < MostMebibytes),
        ];
    }

    private static async Task<double> CloneAsync(ApiClient client, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var token = await client.CallAsync("admin.vm.volume.CloneFrom", "private", "original", "", ct);
        await client.CallAsync("admin.vm.volume.CloneTo", "private", "copy", token, ct);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> CopyAsync(string from, string to, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var copied = await Tool.RunAsync(new ProcessStartInfo("cp", ["--reflink=always", from, to]), ct);
        return copied.ExitCode == 0
            ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
            : throw new BenchmarkException($"cp --reflink=always: {copied.Errors}");
    }
}
