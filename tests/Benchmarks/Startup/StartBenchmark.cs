using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Startup;

/// <summary>Measures how long the daemon takes to answer after a crash, and the memory it holds, with logs of several sizes.</summary>
public sealed class StartBenchmark(StartSettings settings, Workplace workplace)
{
    /// <summary>The root whose log is filled, below the workplace; the replay reads the same.</summary>
    public const string RootName = "log";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(2);
    private static readonly FrameWriter FirstRequest = RequestFrame.Always("admin.vm.property.Get", "memory", "q1");
    private readonly string root = workplace.Make(RootName);

    /// <summary>Starts a daemon on the root and makes sure that it has its qubes and at least so many events.</summary>
    /// <remarks>The caller disposes of the daemon.</remarks>
    public static async Task<(Daemon Daemon, PostgresServer Server, double FillPerSecond)> PrepareAsync(
        string root, StartSettings settings, long events, CancellationToken ct)
    {
        var daemon = Daemon.Start(root);
        try
        {
            await daemon.AnswersAsync(RequestFrame.Always("admin.vm.List"), Patience, ct);
            await Population.CreateAsync(daemon.SocketPath, settings.Qubes, ct);
            var server = await PostgresServer.OpenAsync(daemon.Postmaster, ct);
            return (daemon, server, await new LogFiller(settings, daemon, server).FillAsync(events, ct));
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures every size, the smallest first.</summary>
    public async Task<StartReport> RunAsync(CancellationToken ct)
    {
        var points = new List<StartPoint>();
        IReadOnlyDictionary<string, string> postgres = new Dictionary<string, string>();
        foreach (var events in settings.Events.Order())
        {
            Progress.Say($"filling the log to {events} events");
            var (daemon, server, rate) = await PrepareAsync(root, settings, events, ct);
            try
            {
                postgres = await PostgresFacts.ReadAsync(server, ct);
                var filledMib = rate > 0 ? ProcessFacts.ResidentMib(daemon.ProcessId) : 0;
                var held = await LogDatabase.CountEventsAsync(server, ct);
                var seconds = new List<double>();
                for (var restart = 0; restart < settings.Restarts; restart++)
                {
                    daemon = await RestartAsync(daemon, ct);
                    seconds.Add((await daemon.AnswersAsync(FirstRequest, Patience, ct)).TotalSeconds);
                }
                await Task.Delay(TimeSpan.FromSeconds(5), ct);
                var idleMib = ProcessFacts.ResidentMib(daemon.ProcessId);

                await daemon.DisposeAsync();
                daemon = Daemon.Start(root);
                var clean = await daemon.AnswersAsync(FirstRequest, Patience, ct);

                var (loadedMib, settledMib) = await LoadAsync(daemon, ct);
                points.Add(new(
                    events, held, rate, seconds, Quantiles.Median(seconds), clean.TotalSeconds, idleMib, filledMib, loadedMib, settledMib));
                Progress.Say($"{held} events: {points[^1].MedianSeconds:0.00} s, {idleMib:0} MiB");
            }
            finally
            {
                await daemon.DisposeAsync();
            }
        }
        return new(settings.Qubes, points, postgres);
    }

    private async Task<Daemon> RestartAsync(Daemon daemon, CancellationToken ct)
    {
        var postmaster = daemon.Postmaster;
        await daemon.KillAsync();
        // A supervisor would not start it sooner either.
        await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
        if (!ProcessFacts.IsAlive(postmaster.ProcessId))
            throw new BenchmarkException("PostgreSQL went down with the killed daemon.");
        var next = Daemon.Start(root);
        daemon.Forget();
        return next;
    }

    private async Task<(double LoadedMib, double SettledMib)> LoadAsync(Daemon daemon, CancellationToken ct)
    {
        var generator = new LoadGenerator(daemon.SocketPath, 32, useThreads: false);
        foreach (var workload in Workload.Methods.Select(method => Workload.Of(method, settings.Qubes)))
        {
            var result = await generator.RunAsync(workload.Frame, 0, Burst, long.MaxValue, null, ct);
            if (workload.Undo is { } undo)
                await generator.RunAsync(undo, result.Shares, Patience, null, ct);
        }
        var loaded = ProcessFacts.ResidentMib(daemon.ProcessId);
        await Task.Delay(TimeSpan.FromSeconds(10), ct);
        return (loaded, ProcessFacts.ResidentMib(daemon.ProcessId));
    }
}
