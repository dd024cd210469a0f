using System.CommandLine;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Replay;
using Qubes.Cqrs.Benchmarks.Reports;
using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>One run of a measuring verb: makes the workplace, measures, leaves nothing running, prints.</summary>
public sealed class Session(CommonOptions options, ParseResult given)
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int GoalMissed = 3;
    private const int Stopped = 130;

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Read by people; "<=" stays "<=".
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<string> failures = [];

    /// <summary>Measures the parts that have settings, prints, and returns the exit code.</summary>
    public async Task<int> RunAsync(LoadSettings? load, StartSettings? start, ReplaySettings? replay, CancellationToken ct)
    {
        try
        {
            Report report;
            await using (var workplace = new Workplace(given.GetValue(options.Folder), given.GetRequiredValue(options.Keep)))
            {
                report = new(
                    Machine.Look(TimeProvider.System, workplace.FileSystem),
                    load is null ? null : await TryAsync("load", () => new LoadBenchmark(load, workplace).RunAsync(ct)),
                    start is null ? null : await TryAsync("start", () => new StartBenchmark(start, workplace).RunAsync(ct)),
                    replay is null ? null : await TryAsync("replay", () => new ReplayBenchmark(replay, workplace).RunAsync(ct)),
                    failures);
            }
            await PrintAsync(report, ct);
            return failures.Count > 0 ? Failed
                : given.GetRequiredValue(options.Check) && report.Goals.Any(goal => goal.Binding && goal.Met is not true) ? GoalMissed
                : Done;
        }
        catch (OperationCanceledException)
        {
            Progress.Say($"benchmarks: stopped");
            return Stopped;
        }
    }

    /// <summary>A part that breaks off must not cost the figures of the others.</summary>
    private async Task<T?> TryAsync<T>(string part, Func<Task<T>> measure)
        where T : class
    {
        try
        {
            return await measure();
        }
        catch (Exception failure) when (failure is BenchmarkException or NpgsqlException or SocketException or IOException)
        {
            failures.Add($"{part} broke off: {failure.Message}");
            Progress.Say($"benchmarks: {failures[^1]}");
            return null;
        }
    }

    private async Task PrintAsync(Report report, CancellationToken ct)
    {
        var wantsJson = given.GetResult(options.Json) is { Implicit: false };
        var file = given.GetValue(options.Json);
        var json = wantsJson ? JsonSerializer.Serialize(report, Format) + "\n" : "";
        if (file is not null)
            await File.WriteAllTextAsync(file, json, ct);
        await Console.Out.WriteAsync(wantsJson && file is null ? json : MarkdownReport.Of(report));
    }
}
