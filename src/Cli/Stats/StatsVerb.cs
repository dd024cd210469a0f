using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>stats</c>: how much happened, when, by whom and where; and how much room it takes.</summary>
internal static class StatsVerb
{
    private const int MostRows = 14;

    internal static Command Create()
    {
        var since = new Option<string?>("--since") { Description = "Count only what happened at or after this moment.", HelpName = "WHEN" };
        var until = new Option<string?>("--until") { Description = "Count only what happened up to this moment.", HelpName = "WHEN" };
        var plot = new Option<string?>("--plot") { Description = "Also draw the events of each day into this file; its name ends in .svg.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "stats",
            "Count the events by day (UTC), area, type and caller; show how long starts and shutdowns took, and how much room the log takes." +
            "\n\nExamples:\n  qubes-history stats\n  qubes-history stats --since '1w ago' --json\n  qubes-history stats --plot events.svg") { since, until, plot, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var file = parsed.GetValue(plot);
            if (file is not null && !file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            {
                throw new HistoryException($"--plot draws SVG only: name a file that ends in .svg instead of '{Terminal.Printable(file)}'; rsvg-convert or a browser makes other formats of it");
            }

            var figures = await FiguresAsync(parsed.GetValue(since), parsed.GetValue(until), log, ct).ConfigureAwait(false);
            if (file is not null)
            {
                await WritePlotAsync(file, figures, ct).ConfigureAwait(false);
            }

            if (parsed.GetValue(json))
            {
                JsonOutput.Write(output => WriteJson(output, figures));
            }
            else
            {
                Write(figures);
            }

            return 0;
        });
    }

    private static async Task<Figures> FiguresAsync(string? since, string? until, EventLogHost log, CancellationToken ct)
    {
        var head = await Moment.FindAsync(log, until, ct).ConfigureAwait(false);
        var after = since is null ? LogPosition.Start : await Moment.BeforeAsync(log, since, ct).ConfigureAwait(false);
        var snapshots = await log.Statistics.SnapshotsAsync(ct).ConfigureAwait(false);
        return new(
            after,
            head,
            await log.Statistics.CountAsync(after, head, ct).ConfigureAwait(false),
            await log.Statistics.OutcomesAsync(after, head, ct).ConfigureAwait(false),
            await log.Statistics.SizesAsync(ct).ConfigureAwait(false),
            snapshots.Count,
            snapshots.SizeBytes);
    }

    private static async Task WritePlotAsync(string file, Figures figures, CancellationToken ct)
    {
        var days = figures.By(count => count.Day).OrderBy(day => day.Key).ToList();
        try
        {
            await AtomicFile.ReplaceAsync(Path.GetFullPath(file), Encoding.UTF8.GetBytes(DayChart.Draw(days)), new AtomicFileOptions { Group = null }, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"the drawing cannot be written to '{Terminal.Printable(file)}': {e.Message}");
        }
    }

    private static void Write(Figures figures)
    {
        Console.WriteLine($"{Number(figures.Events)} events, positions {Number(Math.Min(figures.After.Value + 1, figures.Head.Value))} to {figures.Head}");
        Show("day", figures.By(count => count.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).OrderByDescending(entry => entry.Key, StringComparer.Ordinal));
        Show("area", ByCount(figures.By(count => EventArea.NameOf(count.Type))));
        Show("event", ByCount(figures.By(count => count.Type)));
        Show("caller", ByCount(figures.By(count => count.Caller ?? "(erased)")));
        if (figures.Outcomes.Count > 0)
        {
            var times = Empty("from", "to", "count", "half within", "95 %", "99 %", "longest");
            foreach (var outcome in figures.Outcomes)
            {
                times.AddRow(outcome.From, outcome.To, Number(outcome.Count), Seconds(outcome.Median), Seconds(outcome.Most95), Seconds(outcome.Most99), Seconds(outcome.Longest));
            }

            Show(times);
        }

        var sizes = Empty("table", "rows", "size");
        foreach (var size in figures.Sizes)
        {
            sizes.AddRow(Markup.Escape(Terminal.Printable(size.Name)), Number(size.Rows), Size(size.SizeBytes));
        }

        Show(sizes);
        Console.WriteLine($"{Number(figures.Snapshots)} snapshots, {Size(figures.SnapshotBytes)}");
    }

    private static IEnumerable<KeyValuePair<string, long>> ByCount(IEnumerable<KeyValuePair<string, long>> counts) =>
        counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal);

    private static void Show(string what, IEnumerable<KeyValuePair<string, long>> counts)
    {
        var all = counts.ToList();
        var most = all.Count == 0 ? 1 : all.Max(entry => entry.Value);
        var table = Empty(what, "events", "");
        foreach (var (name, count) in all.Take(MostRows))
        {
            table.AddRow(Markup.Escape(Terminal.Printable(name)), Number(count), new string('#', (int)Math.Ceiling(30.0 * count / most)));
        }

        if (all.Count > MostRows)
        {
            table.AddRow($"… {all.Count - MostRows} more", Number(all.Skip(MostRows).Sum(entry => entry.Value)), "");
        }

        Show(table);
    }

    private static Table Empty(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            table.AddColumn(column is "" or "day" or "area" or "event" or "caller" or "from" or "to" or "table" ? new TableColumn(column) : new TableColumn(column).RightAligned().NoWrap());
        }

        return table;
    }

    private static void Show(Table table)
    {
        Console.WriteLine();
        Terminal.Show(table);
    }

    private static void WriteJson(Utf8JsonWriter json, Figures figures)
    {
        json.WriteNumber("events", figures.Events);
        json.WriteNumber("after", figures.After.Value);
        json.WriteNumber("head", figures.Head.Value);
        WriteCounts(json, "days", figures.By(count => count.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).OrderBy(entry => entry.Key, StringComparer.Ordinal));
        WriteCounts(json, "areas", ByCount(figures.By(count => EventArea.NameOf(count.Type))));
        WriteCounts(json, "types", ByCount(figures.By(count => count.Type)));
        WriteCounts(json, "callers", ByCount(figures.By(count => count.Caller ?? "")));
        json.WriteStartArray("outcomes");
        foreach (var outcome in figures.Outcomes)
        {
            json.WriteStartObject();
            json.WriteString("from", outcome.From);
            json.WriteString("to", outcome.To);
            json.WriteNumber("count", outcome.Count);
            json.WriteNumber("p50_seconds", outcome.Median.TotalSeconds);
            json.WriteNumber("p95_seconds", outcome.Most95.TotalSeconds);
            json.WriteNumber("p99_seconds", outcome.Most99.TotalSeconds);
            json.WriteNumber("max_seconds", outcome.Longest.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteCounts(json, "table_bytes", figures.Sizes.Select(size => KeyValuePair.Create(size.Name, size.SizeBytes)));
        json.WriteNumber("snapshots", figures.Snapshots);
        json.WriteNumber("snapshot_bytes", figures.SnapshotBytes);
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, long>> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");

    /// <summary>What is shown.</summary>
    private sealed record Figures(
        LogPosition After, LogPosition Head, IReadOnlyList<EventCount> Counts, IReadOnlyList<OutcomeTimes> Outcomes, IReadOnlyList<TableSize> Sizes, long Snapshots, long SnapshotBytes)
    {
        internal long Events => Counts.Sum(count => count.Count);

        internal IEnumerable<KeyValuePair<TKey, long>> By<TKey>(Func<EventCount, TKey> key)
            where TKey : notnull => Counts.GroupBy(key).Select(group => KeyValuePair.Create(group.Key, group.Sum(count => count.Count)));
    }
}
