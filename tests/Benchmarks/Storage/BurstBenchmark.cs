using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>Many qubes created at once, beside as many bare files.</summary>
internal sealed class BurstBenchmark(StorageSettings settings, Daemon daemon, string root)
{
    private const int FilesAtOnce = 16; // as many volumes as the daemon works on at once
    private const long VolumeBytes = 2L << 30;

    internal async Task<IReadOnlyList<StorageFigure>> RunAsync(CancellationToken ct)
    {
        await Population.CreateAsync(daemon.SocketPath, 0, ct);
        var errors = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(1, settings.Qubes).Select(async number =>
        {
            var client = new ApiClient(daemon.SocketPath);
            await client.ExchangeAsync(RequestFrame.Always("admin.vm.Create.AppVM", "tpl", "dom0", $"name={Name(number)} label=red"), 0, ct);
            if (!client.Succeeded || !File.Exists($"{root}/var/lib/qubes/appvms/{Name(number)}/private.img"))
                Interlocked.Increment(ref errors);
        }));
        var rate = settings.Qubes / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return
        [
            new($"{settings.Qubes} qubes (AppVM) created in one burst", "qubes/s", [rate], $"open, ftruncate, fsync, rename of as many files, {FilesAtOnce} at once", [Bare()], "", null),
            new("… calls that failed or left no volume", "", [errors], "", [], "0", errors == 0),
        ];
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"burst{number}");

    private double Bare()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "bare")).FullName;
        var started = Stopwatch.GetTimestamp();
        Parallel.For(0, settings.Qubes, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce }, number =>
        {
            var path = Path.Combine(folder, Name(number));
            using (var file = File.OpenHandle(path + "~", FileMode.CreateNew, FileAccess.ReadWrite))
            {
                RandomAccess.SetLength(file, VolumeBytes);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(path + "~", path);
        });
        return settings.Qubes / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
