using System.CommandLine;
using System.Text.Json;
using Npgsql;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Reports;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>One run of a measuring verb: makes the workplace, measures, prints, and leaves nothing running.</summary>
public sealed class Session(CommonOptions options, ParseResult given)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Measures and prints; returns the exit code.</summary>
    public async Task<int> RunAsync(Func<Workplace, Machine, Task<Report>> measure, CancellationToken ct)
    {
        try
        {
            Report report;
            await using (var workplace = new Workplace(given.GetValue(options.Folder), given.GetRequiredValue(options.Keep)))
            {
                report = await measure(workplace, Machine.Look(TimeProvider.System, workplace.FileSystem)).ConfigureAwait(false);
            }
            await PrintAsync(report, ct).ConfigureAwait(false);
            return given.GetRequiredValue(options.Check) && report.Goals.Any(goal => goal.Binding && goal.Met is not true) ? 3 : 0;
        }
        catch (Exception failure) when (failure is BenchmarkException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync($"benchmarks: {failure.Message}").ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("benchmarks: stopped").ConfigureAwait(false);
            return 130;
        }
    }

    private async Task PrintAsync(Report report, CancellationToken ct)
    {
        var wantsJson = given.GetResult(options.Json) is { Implicit: false };
        var file = given.GetValue(options.Json);
        var json = wantsJson ? JsonSerializer.Serialize(report, Format) + "\n" : "";
        if (file is not null)
            await File.WriteAllTextAsync(file, json, ct).ConfigureAwait(false);
        await Console.Out.WriteAsync(wantsJson && file is null ? json : MarkdownReport.Of(report)).ConfigureAwait(false);
    }
}
