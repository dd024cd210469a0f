using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Reports;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>What storage takes: clones by sharing blocks, imports through the packaged service, many qubes at once. Each figure has its floor in the same run.</summary>
public sealed class StorageBenchmark(StorageSettings settings, Workplace workplace)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Measures.</summary>
    /// <exception cref="BenchmarkException">Something that was asked for failed.</exception>
    public async Task<StorageReport> RunAsync(CancellationToken ct)
    {
        var machine = Machine.Look(TimeProvider.System, workplace.FileSystem);
        var root = workplace.Make("storage");
        await using var daemon = Daemon.Start(root);
        await daemon.AnswersAsync(RequestFrame.Always("admin.vm.List"), Patience, ct);
        await new ApiClient(daemon.SocketPath).CallAsync("admin.property.Set", "default_kernel", "dom0", Population.Kernel, ct);
        Progress.Say($"clones");
        var clones = await new CloneBenchmark(settings, daemon, root).RunAsync(ct);
        Progress.Say($"imports");
        var imports = await new ImportBenchmark(settings, daemon, root).RunAsync(ct);
        Progress.Say($"a burst of qubes");
        var burst = await new BurstBenchmark(settings, daemon, root).RunAsync(ct);
        return new StorageReport(machine, Machine.Look(TimeProvider.System, workplace.FileSystem).LoadAverage, settings, [.. clones, .. imports, .. burst]);
    }
}
