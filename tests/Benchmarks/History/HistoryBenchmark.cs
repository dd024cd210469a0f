using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Replay;
using Qubes.Cqrs.Benchmarks.Reports;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.History;

/// <summary>Measures the history tool on a long log, the daemon up and idle beside it.</summary>
/// <param name="events">How many events the log is to hold.</param>
/// <param name="qubes">How many qubes there are to be.</param>
/// <param name="rounds">How often each command runs.</param>
/// <param name="workplace">Where.</param>
public sealed class HistoryBenchmark(long events, int qubes, int rounds, Workplace workplace)
{
    private const int Searches = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string root = workplace.Make(string.Create(CultureInfo.InvariantCulture, $"history-{events}-{qubes}"));
    private readonly Random random = new(3);

    /// <summary>Makes or finds the log, and measures.</summary>
    public async Task<HistoryReport> RunAsync(CancellationToken ct)
    {
        var machine = Machine.Look(TimeProvider.System, workplace.FileSystem);
        var head = await new HistoryWriter(root, qubes, events).WriteAsync(ct);
        var started = Stopwatch.GetTimestamp();
        await using var daemon = Daemon.Start(root);
        await daemon.AnswersAsync(RequestFrame.Always("admin.vm.List"), Patience, ct);
        var server = await PostgresServer.OpenAsync(daemon.Postmaster, ct);
        var fillSeconds = await WaitForSnapshotsAsync(started, ct);
        var logBytes = await server.ScalarAsync<long>(LogDatabase.Name, "select pg_total_relation_size('qubes.mt_events')", ct);

        var search = await SearchAsync(ct);
        var start = await CommandAsync("--version", () => [], ct);
        List<HistoryFigure> figures =
        [
            Figure(
                "the state at a random position, in process", "ms", Times(search, "milliseconds"),
                "the snapshot's bytes and the rows after it", await HistoryFloors.AtAsync(server, head, Searches, ct), "99th percentile at most 50 ms", figure => figure.P99 <= 50),
            Figure(
                "… of which finding the snapshot", "ms", Times(search, "snapshotMilliseconds"), "", [0], "", null),
            Figure(
                "`at POSITION --qube q5`", "ms", await CommandAsync("at", () => [Position(head), "--qube", "q5"], ct), "`--version`", start, "", null),
            Figure("`at POSITION` (qubes.xml)", "ms", await CommandAsync("at", () => [Position(head)], ct), "`--version`", start, "", null),
            Figure("`log --limit 50`", "ms", await CommandAsync("log", () => ["--limit", "50"], ct), "`--version`", start, "median at most 150 ms", figure => figure.Median <= 150),
            await VerifyAsync(server, ct),
        ];
        if (await TryProveAsync(head, ct) is { } prove)
        {
            figures.Add(Figure("`prove POSITION`", "ms", prove, "`--version`", start, "", null));
            var proofs = Json(await RunAsync(["prove-speed", "--count", Searches.ToString(CultureInfo.InvariantCulture)], ct));
            figures.Add(Figure("a proof of a random event, in process", "ms", Times(proofs, "milliseconds"), "", [0], "median at most 5 ms", figure => figure.Median <= 5));
            figures.Add(Figure("… its path in the tree (`--checkpoint`)", "bytes", Times(proofs, "pathBytes"), "", [0], "less than 1,024", figure => figure.P99 < 1024));
            figures.Add(Figure("… the whole proof of the hash (`--checkpoint --hash-only`)", "bytes", Times(proofs, "hashOnlyBytes"), "", [0], "less than 1,024", figure => figure.P99 < 1024));
            figures.Add(Figure("… with the event and all that it says (`--checkpoint`)", "bytes", Times(proofs, "bytes"), "", [0], "", null));
        }

        return new HistoryReport(
            machine, Machine.Look(TimeProvider.System, workplace.FileSystem).LoadAverage, head, qubes, search.GetProperty("snapshots").GetInt32(),
            search.GetProperty("snapshotBytes").GetInt64(), logBytes, fillSeconds, figures);
    }

    private static HistoryFigure Figure(
        string what, string unit, double[] times, string floor, double[] floors, string goal, Func<HistoryFigure, bool>? meets)
    {
        var figure = new HistoryFigure(what, unit, Quantile(times, 0.5), Quantile(times, 0.99), floor, Quantile(floors, 0.5), Quantile(floors, 0.99), goal, null);
        return figure with { Met = meets?.Invoke(figure) };
    }

    private static double Quantile(double[] values, double quantile) => values.Order().ElementAt(Math.Clamp((int)Math.Ceiling(quantile * values.Length) - 1, 0, values.Length - 1));

    private static double[] Times(JsonElement search, string name) => [.. search.GetProperty(name).EnumerateArray().Select(time => time.GetDouble())];

    private string Position(long head) => random.NextInt64(1000, head + 1).ToString(CultureInfo.InvariantCulture);

    private async Task<double> WaitForSnapshotsAsync(long started, CancellationToken ct)
    {
        for (var looks = 0; Stopwatch.GetElapsedTime(started) < Patience; looks++)
        {
            var search = await RunAsync(["at-speed", "--count", "0"], ct);
            if (Json(search).GetProperty("missing").GetInt32() == 0)
            {
                return looks == 0 ? 0 : Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            await Task.Delay(TimeSpan.FromSeconds(2), ct);
        }

        throw new BenchmarkException("The daemon did not make the missing snapshots in time.");
    }

    private async Task<JsonElement> SearchAsync(CancellationToken ct) =>
        Json(await RunAsync(["at-speed", "--count", Searches.ToString(CultureInfo.InvariantCulture)], ct));

    private async Task<double[]> CommandAsync(string verb, Func<string[]> arguments, CancellationToken ct)
    {
        var times = new List<double>();
        for (var round = -1; round < rounds; round++) // the first only warms up
        {
            var started = Stopwatch.GetTimestamp();
            await RunAsync([verb, .. arguments()], ct);
            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return [.. times];
    }

    private async Task<HistoryFigure> VerifyAsync(PostgresServer server, CancellationToken ct)
    {
        const int passes = 3;
        await RawRead.RunAsync(server, ct);
        var (verify, raw) = (new List<double>(), new List<double>());
        for (var pass = 0; pass < passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            await RunAsync(["verify"], ct);
            verify.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            raw.Add((await RawRead.RunAsync(server, ct)).Seconds);
        }

        return Figure("`verify`", "s", [.. verify], "bare reading of the rows", [.. raw], "at most 3 s above it", figure => figure.Median - figure.FloorMedian <= 3);
    }

    private async Task<double[]?> TryProveAsync(long head, CancellationToken ct)
    {
        try
        {
            return await CommandAsync("prove", () => [Position(head)], ct);
        }
        catch (BenchmarkException reason)
        {
            Progress.Say($"prove is left out: {reason.Message}");
            return null;
        }
    }

    private async Task<string> RunAsync(string[] arguments, CancellationToken ct)
    {
        string[] all = arguments[0] == "--version" ? arguments : [.. arguments, "--root", root];
        var start = new ProcessStartInfo(Installation.HistoryTool);
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        var run = await Tool.RunAsync(start, ct);
        return run.ExitCode == 0 ? run.Output : throw new BenchmarkException($"qubes-history {string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Errors.Trim()}");
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
