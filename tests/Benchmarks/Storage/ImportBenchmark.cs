using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>The service that takes a volume's data, as it is packaged, beside <c>dd</c> with the same data.</summary>
internal sealed class ImportBenchmark(StorageSettings settings, Daemon daemon, string root)
{
    private const string Qube = "import";
    private const string Pool = "imports";
    private const double LeastRatio = 0.8;
    private const int WarmUps = 3;

    internal async Task<IReadOnlyList<StorageFigure>> RunAsync(CancellationToken ct)
    {
        var bytes = (long)settings.DataMebibytes << 20;
        var (data, floor) = (Path.Combine(root, "data"), Path.Combine(root, "floor.img"));
        RandomData.Write(data, bytes);
        WriteProgram(Path.Combine(root, "tools"));
        await MakeAsync(bytes, ct);
        var (ours, bare, calls) = (new List<double>(), new List<double>(), new List<double>());
        // A disk may be much slower where it was never written to: both write beside their predecessor, which then goes, and the first rounds do not count.
        for (var round = -WarmUps; round < settings.Rounds; round++)
        {
            var serviceFirst = round % 2 == 0;
            var service = serviceFirst ? await ImportAsync(data, ct) : 0;
            var dd = await WriteAsync(data, floor, bytes, ct);
            service = serviceFirst ? service : await ImportAsync(data, ct);
            var call = await RunAsync($"exec qubesd query --source dom0 -- admin.vm.List dom0", "/dev/null", ct);
            if (round >= 0)
                (ours, bare, calls) = ([.. ours, settings.DataMebibytes / service], [.. bare, settings.DataMebibytes / dd], [.. calls, call * 1000]);
        }

        var ratios = ours.Zip(bare, (service, dd) => service / dd).ToList();
        File.Delete(data);
        File.Delete(floor);
        await new ApiClient(daemon.SocketPath).CallAsync("admin.vm.Remove", "", Qube, "", ct);
        return
        [
            new($"`admin.vm.volume.Import` of {settings.DataMebibytes} MiB through the packaged service", "MiB/s", ours, "`dd bs=128K conv=sparse,fdatasync`", bare, "", null),
            new("… of the floor, round by round", "", ratios, "", [], "0.8 or more", StorageFigure.MedianOf(ratios) >= LeastRatio),
            new("… of which each of its two `qubesd query` takes", "ms", calls, "", [], "", null),
        ];
    }

    private Task<double> ImportAsync(string data, CancellationToken ct) => RunAsync($"exec {Quoted(Installation.ImportService)} private", data, ct);

    private Task<double> WriteAsync(string data, string file, long bytes, CancellationToken ct) => RunAsync(
        $"truncate -s {bytes} {Quoted(file + '~')} && dd of={Quoted(file + '~')} bs=128K iflag=fullblock conv=sparse,notrunc,fdatasync 2>/dev/null && exec mv {Quoted(file + '~')} {Quoted(file)}",
        data,
        ct);

    // A volume of just that size: the first import gives it.
    private async Task MakeAsync(long bytes, CancellationToken ct)
    {
        var client = new ApiClient(daemon.SocketPath);
        await client.CallAsync("admin.pool.Add", "file-reflink", "dom0", $"name={Pool}\ndir_path={MakeFolder()}\nsetup_check=False", ct);
        await client.CallAsync("admin.vm.CreateInPool.StandaloneVM", "", "dom0", $"name={Qube} label=red pool={Pool}", ct);
        await client.CallAsync("admin.vm.volume.Set.revisions_to_keep", "private", Qube, "0", ct);
        var inner = new ApiClient(daemon.InternalSocketPath);
        await inner.CallAsync("internal.vm.volume.ImportBegin", "private", Qube, bytes.ToString(CultureInfo.InvariantCulture), ct);
        await inner.CallAsync("internal.vm.volume.ImportEnd", "private", Qube, "ok", ct);
    }

    // The service writes to the path that the daemon names, which has to lead below the daemon's root.
    private string MakeFolder()
    {
        Directory.CreateDirectory($"{root}{root}/{Pool}");
        var path = $"{root}/{Pool}";
        File.CreateSymbolicLink(path, $"{root}{root}/{Pool}");
        return path;
    }

    // The service calls `qubesd`, which has to find that root.
    private void WriteProgram(string folder)
    {
        Directory.CreateDirectory(folder);
        var program = Path.Combine(folder, "qubesd");
        File.WriteAllText(program, $"#!/bin/sh\nverb=$1\nshift\nexec {Quoted(Installation.Daemon)} \"$verb\" --root {Quoted(root)} \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<double> RunAsync(string command, string input, CancellationToken ct)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec <{Quoted(input)}; {command}"]);
        start.Environment["PATH"] = $"{root}/tools:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["QREXEC_REMOTE_DOMAIN"] = "dom0";
        start.Environment["QREXEC_REQUESTED_TARGET"] = Qube;
        start.Environment["QREXEC_SERVICE_ARGUMENT"] = "private";
        var started = Stopwatch.GetTimestamp();
        var result = await Tool.RunAsync(start, ct);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return result.ExitCode == 0 && !result.Output.StartsWith('2')
            ? seconds
            : throw new BenchmarkException($"{command} ended with {result.ExitCode}: {result.Output.Replace('\0', '|')} {result.Errors}");
    }

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
