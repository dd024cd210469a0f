using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>show</c>: one event, why it happened, and what it changed.</summary>
internal static class ShowVerb
{
    private const int MostChanges = 40;
    private const int MostShown = 60;

    internal static Command Create()
    {
        var position = new Argument<long>("position") { Description = "Where the event stands in the log." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "show",
            "Show one event: what happened, through which call, what was before and after it, and what else that call brought about." +
            "\n\nExamples:\n  qubes-history show 42\n  qubes-history show 42 --json") { position, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var shown = await ShownEvent.FindAsync(log, parsed.GetValue(position), ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(output => WriteJson(output, shown, log.Serializer));
                return 0;
            }

            var book = new QubeNameBook();
            await book.LearnAsync(log.Search, shown.Start is { } start ? [.. shown.Request, start] : shown.Request, ct).ConfigureAwait(false);
            Write(shown, book);
            return 0;
        });
    }

    private static void Write(ShownEvent shown, QubeNameBook book)
    {
        var recorded = shown.Event;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "position", recorded.Position.ToString());
        Row(grid, "time", recorded.Time.ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        Row(grid, "event", recorded.Type);
        Row(grid, "about", EventText.Subject(recorded, book.NameOf));
        Row(grid, "what", EventText.Summary(recorded, book.NameOf));
        if (recorded.Metadata is { } metadata)
        {
            Row(grid, "call", EventLines.Call(metadata));
            Row(grid, "caller", metadata.Source);
            Row(grid, "process", EventLines.Process(metadata) is { Length: > 0 } process ? process : "the daemon itself");
            Row(grid, "request", metadata.CorrelationId);
        }

        if (shown.Start is { } start)
        {
            Row(grid, "run", $"asked for at position {start.Position}, {start.Time:yyyy-MM-dd HH:mm:ss'Z'}, by {start.Metadata?.Source ?? "(erased)"}");
        }

        Terminal.Show(grid);
        WriteChanges(shown.Changes);
        WriteRequest(shown, book);
    }

    private static void WriteChanges(IReadOnlyCollection<SubjectChange> changes)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumns("of", "setting", "before", "after");
        var rows = changes.SelectMany(change => change.Settings.Select(setting => (change.Subject, Setting: setting))).ToList();
        foreach (var (subject, setting) in rows.Take(MostChanges))
        {
            var (before, after) = setting.Kind == SettingKind.Policy
                ? ComparisonOutput.Cells(setting)
                : (Terminal.Printable(Value(setting.Before)), Terminal.Printable(Value(setting.After)));
            table.AddRow(Cell(subject.ToString()), Cell(setting.Label), Markup.Escape(before), Markup.Escape(after));
        }

        Console.WriteLine();
        Console.WriteLine(rows.Count == 0 ? "Nothing that is set is another after it." : "Before and after:");
        if (rows.Count > 0)
        {
            Terminal.Show(table);
        }

        if (rows.Count > MostChanges)
        {
            Console.WriteLine($"… and {rows.Count - MostChanges} more; --json shows them all.");
        }
    }

    private static void WriteRequest(ShownEvent shown, QubeNameBook book)
    {
        if (shown.Request[0].Metadata is not { } metadata)
        {
            return;
        }

        var tree = new Tree(Cell($"{EventLines.Call(metadata)}, called by {metadata.Source}")) { Guide = TreeGuide.Line };
        var nodes = new Dictionary<LogPosition, TreeNode>();
        foreach (var recorded in Nearest(shown))
        {
            var text = $"{recorded.Position} {EventText.Subject(recorded, book.NameOf)} {recorded.Type}: {EventText.Summary(recorded, book.NameOf)}";
            var label = Cell(recorded.Position == shown.Event.Position ? text + "  (this one)" : text);
            nodes[recorded.Position] = shown.CauseOf(recorded) is { } cause && nodes.TryGetValue(cause.Position, out var parent) ? parent.AddNode(label) : tree.AddNode(label);
        }

        Console.WriteLine();
        Terminal.Show(tree);
        if (shown.Request.Count > MostShown)
        {
            Console.WriteLine($"… {shown.Request.Count} events in all; --json shows them.");
        }
    }

    private static IEnumerable<RecordedEvent> Nearest(ShownEvent shown)
    {
        var place = shown.Request.TakeWhile(other => other.Position < shown.Event.Position).Count();
        return shown.Request.Skip(Math.Max(0, Math.Min(place - (MostShown / 2), shown.Request.Count - MostShown))).Take(MostShown);
    }

    private static string Value(Setting? setting) => setting switch
    {
        null => "-",
        { Kind: SettingKind.Tag } => "set",
        { IsDefault: true } => $"{setting.Value ?? "none"} (default)",
        _ => setting.Value switch { null => "none", "" => "''", var value => value },
    };

    private static string Cell(string text) => Markup.Escape(Terminal.Printable(text));

    private static void Row(Grid grid, string name, string value) => grid.AddRow(name, Cell(value));

    private static void WriteJson(Utf8JsonWriter json, ShownEvent shown, EventSerializer serializer)
    {
        EventText.Write(json, shown.Event, serializer);
        json.WriteStartArray("changes");
        foreach (var change in shown.Changes)
        {
            foreach (var setting in change.Settings)
            {
                json.WriteStartObject();
                json.WriteString("of", change.Subject.ToString());
                json.WriteString("kind", Setting.WordOf(setting.Kind));
                json.WriteString("name", setting.Name);
                WriteValue(json, "before", setting.Before);
                WriteValue(json, "after", setting.After);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("request");
        foreach (var recorded in shown.Request)
        {
            json.WriteStartObject();
            EventText.Write(json, recorded, serializer);
            if (shown.CauseOf(recorded) is { } cause)
            {
                json.WriteNumber("cause", cause.Position.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (shown.Start is { } start)
        {
            json.WriteNumber("run_requested_at", start.Position.Value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string name, Setting? setting)
    {
        if (setting is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("value", setting.Value);
        json.WriteBoolean("is_default", setting.IsDefault);
        json.WriteEndObject();
    }
}
