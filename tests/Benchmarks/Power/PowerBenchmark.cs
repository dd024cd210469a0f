using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Power;

/// <summary>What a slow hypervisor costs: reads while many qubes start, and how long the starts take together.</summary>
/// <remarks>The floors are taken in the same run: the reads of the idle daemon, and the starts of the longest chain one after the other.</remarks>
public sealed class PowerBenchmark(PowerSettings settings, Workplace workplace)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Measures.</summary>
    public async Task<PowerReport> RunAsync(CancellationToken ct)
    {
        var root = workplace.Make("power");
        var host = Path.Combine(root, "host.yaml");
        var delay = string.Create(CultureInfo.InvariantCulture, $"call_delay_ms: {settings.CallDelay.TotalMilliseconds:0}\n");
        await File.WriteAllTextAsync(host, delay + await File.ReadAllTextAsync(Installation.HostFile, ct), ct);
        await using var daemon = Daemon.Start(root, host: host);
        await daemon.AnswersAsync(RequestFrame.Always("admin.vm.List"), Patience, ct);
        await Population.CreateAsync(daemon.SocketPath, settings.Qubes, ct);
        await ConnectAsync(daemon, ct);

        var chain = await ChainAsync(daemon, ct);
        var idle = await ReadAsync(daemon, () => false, ct);
        var started = Stopwatch.GetTimestamp();
        var starts = Task.WhenAll(Enumerable.Range(1, settings.Starts).Select(number => CallAsync(daemon, "admin.vm.Start", Population.Name(number), ct)));
        var busy = await ReadAsync(daemon, () => starts.IsCompleted, ct);
        await starts;
        return new PowerReport(settings, Stopwatch.GetElapsedTime(started).TotalSeconds, chain, idle, busy);
    }

    // q1 is the network's end, q2 behind it, and all others behind q2.
    private async Task ConnectAsync(Daemon daemon, CancellationToken ct)
    {
        await CallAsync(daemon, "admin.vm.property.Set", "q1", ct, "provides_network", "True");
        await CallAsync(daemon, "admin.vm.property.Set", "q2", ct, "provides_network", "True");
        await CallAsync(daemon, "admin.vm.property.Set", "q2", ct, "netvm", "q1");
        for (var number = 3; number <= settings.Starts; number++)
            await CallAsync(daemon, "admin.vm.property.Set", Population.Name(number), ct, "netvm", "q2");
    }

    // The longest chain alone: its last one starts the others.
    private static async Task<double> ChainAsync(Daemon daemon, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await CallAsync(daemon, "admin.vm.Start", "q3", ct);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var name in (string[])["q3", "q2", "q1"])
            await CallAsync(daemon, "admin.vm.Kill", name, ct);
        return seconds;
    }

    private async Task<Round> ReadAsync(Daemon daemon, Func<bool> isOver, CancellationToken ct)
    {
        var generator = new LoadGenerator(daemon.SocketPath, 1, useThreads: false);
        var workload = Workload.Of("admin.vm.property.Get", settings.Qubes);
        await generator.RunAsync(workload.Frame, 0, TimeSpan.FromSeconds(1), long.MaxValue, null, ct); // warm
        var rounds = new List<Round>();
        do
        {
            rounds.Add((await generator.RunAsync(workload.Frame, 0, settings.Round, long.MaxValue, daemon.ProcessId, ct)).Round);
        }
        while (!isOver() && rounds.Count < settings.MostRounds);
        var series = new Series(rounds);
        return rounds.OrderBy(round => Math.Abs(round.P99Microseconds - series.P99Microseconds)).First();
    }

    private static async Task CallAsync(Daemon daemon, string method, string qube, CancellationToken ct, string argument = "", string payload = "")
    {
        var client = new ApiClient(daemon.SocketPath);
        await client.ExchangeAsync(RequestFrame.Always(method, argument, qube, payload), 0, ct);
        if (!client.Succeeded)
            throw new BenchmarkException($"{method} of {qube} failed: {client.ReplyText}");
    }
}
