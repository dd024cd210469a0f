using System.Diagnostics;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.Startup;

/// <summary>Fills a log to a number of events by setting properties through the API with many clients.</summary>
/// <remarks>Rows written behind the daemon's back would not fit its hash chain, so there is no faster way in.</remarks>
public sealed class LogFiller(StartSettings settings, Daemon daemon, PostgresServer server)
{
    private const long ChunkRequests = 20_000;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <summary>Appends until the log holds that many events and returns the rate in events/s; 0 if it held them already.</summary>
    public async Task<double> FillAsync(long wanted, CancellationToken ct)
    {
        var generator = new LoadGenerator(daemon.SocketPath, settings.FillClients, useThreads: false);
        var workload = Workload.Of("admin.vm.property.Set", settings.Qubes);
        var started = Stopwatch.GetTimestamp();
        var shown = started;
        var first = await LogDatabase.CountEventsAsync(server, ct);
        long number = 0;
        for (var events = first; events < wanted; events = await LogDatabase.CountEventsAsync(server, ct))
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed > settings.FillLimit)
            {
                Progress.Say($"gave up filling after {elapsed.TotalMinutes:0} minutes at {events} events");
                break;
            }
            if (Stopwatch.GetElapsedTime(shown) > ProgressInterval)
            {
                shown = Stopwatch.GetTimestamp();
                Progress.Say($"{events} of {wanted} events, {(events - first) / elapsed.TotalSeconds:0}/s");
            }
            var chunk = Math.Min(ChunkRequests, wanted - events);
            var result = await generator.RunAsync(workload.Frame, number, TimeSpan.FromMinutes(10), chunk, null, ct);
            number = result.NextNumber;
            if (result.Round.Errors > 0)
                throw new BenchmarkException($"Filling the log failed: {result.FirstError}");
        }
        var added = await LogDatabase.CountEventsAsync(server, ct) - first;
        return added / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
