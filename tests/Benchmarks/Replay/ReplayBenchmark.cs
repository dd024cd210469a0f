using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.Replay;

/// <summary>Measures the replay of the whole log by the history tool, beside a raw read of the same columns.</summary>
public sealed class ReplayBenchmark(ReplaySettings settings, Workplace workplace)
{
    private readonly string root = workplace.Make(StartBenchmark.RootName);

    /// <summary>Measures replays and raw reads in turns, the daemon idling beside them.</summary>
    public async Task<ReplayReport> RunAsync(CancellationToken ct)
    {
        var (daemon, server, _) = await StartBenchmark.PrepareAsync(root, settings.Log, settings.Log.Events.Max(), ct);
        await using var running = daemon;
        await RawRead.RunAsync(server, ct);
        List<Pass> replays = [];
        List<Pass> reads = [];
        string? unavailable = null;
        for (var round = 0; round < settings.Rounds; round++)
        {
            if (unavailable is null)
            {
                (var replay, unavailable) = await ReplayAsync(ct);
                if (replay is not null)
                    replays.Add(replay);
            }
            reads.Add(await RawRead.RunAsync(server, ct));
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"replay {(replays.Count > round ? replays[^1].PerSecond : double.NaN):0}/s, raw read {reads[^1].PerSecond:0}/s"));
        }
        return new(replays, reads, unavailable);
    }

    private async Task<(Pass? Replay, string? Unavailable)> ReplayAsync(CancellationToken ct)
    {
        if (!File.Exists(Installation.HistoryTool))
            return (null, $"{Installation.HistoryTool} does not exist.");
        var start = new ProcessStartInfo(Installation.HistoryTool) { ArgumentList = { "replay-speed", "--root", root, "--json" } };
        var run = await Tool.RunAsync(start, ct);
        if (run.ExitCode != 0)
            return (null, $"qubes-history replay-speed ended with {run.ExitCode}: {run.Errors.Trim()}");
        try
        {
            using var answer = JsonDocument.Parse(run.Output);
            return (new(answer.RootElement.GetProperty("events").GetInt64(), answer.RootElement.GetProperty("seconds").GetDouble()), null);
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (null, $"qubes-history replay-speed printed something else: {malformed.Message}");
        }
    }
}
