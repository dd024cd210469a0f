using System.Globalization;
using System.Text;
using Qubes.Cqrs.Benchmarks.Load;
using Qubes.Cqrs.Benchmarks.Replay;
using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.Reports;

/// <summary>Prints a report as Markdown.</summary>
public sealed class MarkdownReport
{
    private readonly StringBuilder text = new();

    private MarkdownReport()
    {
    }

    /// <summary>Returns the report as Markdown.</summary>
    public static string Of(Report report)
    {
        var page = new MarkdownReport();
        page.Add(report.Machine, report.Load?.Postgres ?? report.Start?.Postgres);
        foreach (var warning in report.Warnings.Concat(report.Failures))
            page.Line($"\n**{Cell(warning)}**");
        if (report.Goals.Count > 0)
            page.Add(report.Goals);
        if (report.Load is { } load)
            page.Add(load);
        if (report.Start is { } start)
            page.Add(start);
        if (report.Replay is { } replay)
            page.Add(replay);
        return page.text.ToString();
    }

    private void Add(Machine machine, IReadOnlyDictionary<string, string>? postgres)
    {
        Line($"# Benchmarks, {machine.Time:yyyy-MM-dd HH:mm} UTC\n");
        Line($"{machine.Processor}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Runtime}.");
        Line($"Log on {machine.FileSystem}; load average before the run {machine.LoadAverage:0.0}.");
        if (postgres is not null)
            Line($"PostgreSQL: {string.Join(", ", postgres.Select(setting => $"{setting.Key} {setting.Value}"))}.");
        Line($"Figures are medians over rounds; clients, daemon and PostgreSQL share the cores.");
    }

    private void Add(IReadOnlyList<Goal> goals)
    {
        Line($"\n## Goals\n\n| goal | target | measured (range over rounds) | met |\n|---|---|---|---|");
        foreach (var goal in goals)
        {
            var met = goal.Met switch { true => "yes", false => "**no**", null => "not measured" };
            Line($"| {goal.What} | {goal.Target} | {Cell(goal.Measured)} | {(goal.Binding ? met : $"({met}; for information)")} |");
        }
    }

    private void Add(LoadReport load)
    {
        Line($"\n## Requests\n\nTimes in microseconds; \"cpu\" is processor time of the daemon per request.");
        foreach (var clients in load.Cells.Select(cell => cell.Clients).Distinct())
        {
            Line($"\n### {(clients == 1 ? "Sequential, 1 client" : $"{clients} clients")}\n");
            Line($"| method | qubes | reply bytes | median | p95 | p99 | /s | cpu | echo median | p95 | p99 | echo /s | median / echo | /s of echo | errors |");
            Line($"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var cell in load.Cells.Where(cell => cell.Clients == clients))
            {
                var slower = Ratio.Of(cell.Api, cell.Echo, round => round.MedianMicroseconds).Median;
                var share = Ratio.Of(cell.Api, cell.Echo, round => round.PerSecond).Median;
                Row(
                    cell.Method, cell.Qubes, cell.ReplyBytes, Figures(cell.Api), Whole(cell.Api.ServerCpuMicroseconds), Figures(cell.Echo),
                    Hundredths(slower), Hundredths(share), cell.Api.Errors);
            }
        }
        if (load.Cells.Any(cell => cell.Inserts.Count > 0))
            AddInserts(load);
        foreach (var cell in load.Cells.Where(cell => cell.FirstError is not null))
            Line($"\nNot answered OK: {cell.Method}, {cell.Qubes} qubes, {cell.Clients} clients, {cell.Api.Errors} times; first: `{cell.FirstError}`");
    }

    private void AddInserts(LoadReport load)
    {
        Line($"\n### Writes beside bare inserts\n");
        Line($"| method | qubes | clients | median | /s | insert by | connections | median | p95 | p99 | /s | median / insert | /s of insert |");
        Line($"|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var cell in load.Cells)
        {
            foreach (var insert in cell.Inserts)
            {
                var slower = Ratio.Of(cell.Api, insert.Series, round => round.MedianMicroseconds).Median;
                var share = Ratio.Of(cell.Api, insert.Series, round => round.PerSecond).Median;
                Row(
                    cell.Method, cell.Qubes, cell.Clients, Whole(cell.Api.MedianMicroseconds), Whole(cell.Api.PerSecond),
                    insert.Client, insert.Connections, Figures(insert.Series), Hundredths(slower), Hundredths(share));
            }
        }
    }

    private void Add(StartReport start)
    {
        Line($"\n## Start and memory\n\nHost with {start.Qubes} qubes. MiB resident in the daemon's own process.\n");
        Line($"| events | filled at /s | start after kill -9, median s | all | start after SIGTERM, s | idle MiB | after filling | after a burst | 10 s later |");
        Line($"|--:|--:|--:|---|--:|--:|--:|--:|--:|");
        foreach (var point in start.Points)
        {
            var all = string.Join(' ', point.Seconds.Select(Hundredths));
            Row(
                point.Events, Whole(point.FillPerSecond), Hundredths(point.MedianSeconds), all, Hundredths(point.CleanSeconds),
                Whole(point.IdleMib), Whole(point.FilledMib), Whole(point.LoadedMib), Whole(point.SettledMib));
        }
    }

    private void Add(ReplayReport replay)
    {
        Line($"\n## Replay\n\n| what | events | events/s per round |\n|---|--:|---|");
        foreach (var (what, passes) in new[] { ("qubes-history replay-speed", replay.Replays), ("raw read of the same columns", replay.RawReads) })
        {
            if (passes.Count > 0)
                Row(what, passes[0].Events, string.Join(' ', passes.Select(pass => Whole(pass.PerSecond))));
        }
        if (replay.Unavailable is { } reason)
            Line($"\nReplay not measured: {reason}");
    }

    private static string Figures(Series series) => string.Join(
        " | ", Whole(series.MedianMicroseconds), Whole(series.P95Microseconds), Whole(series.P99Microseconds), Whole(series.PerSecond));

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Hundredths(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A bar in a message of the daemon must not end the cell.</summary>
    private static string Cell(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ").Trim();

    private void Row(params IEnumerable<object> cells) => Line($"| {string.Join(" | ", cells)} |");

    private void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
