using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary>The difference between two states as people and as machines read it.</summary>
/// <param name="changes">The difference.</param>
/// <param name="now">The state that the second one is compared with in turn; null for none.</param>
internal sealed class ComparisonOutput(IReadOnlyList<SubjectChange> changes, World? now = null)
{
    /// <summary>A table: a line for each subject, and below it one for each setting.</summary>
    internal Table Table()
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        table.AddColumns("setting", "before", "after");
        if (now is not null)
        {
            table.AddColumn("now");
        }

        foreach (var change in changes)
        {
            Row(table, Sign(change.Change) + change.Subject, ClassOf(change, setting => setting.Before), ClassOf(change, setting => setting.After), "");
            foreach (var setting in change.Settings.Where(setting => setting.Kind != SettingKind.Identity || change.Change == SubjectChangeKind.Changed))
            {
                var (before, after) = Cells(setting);
                Row(table, "  " + setting.Label, before, after, now is null ? "" : Since(change.Subject, setting));
            }
        }

        return table;
    }

    /// <summary>The member <c>changes</c> of an object.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("changes");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("kind", change.Subject.Kind.ToString().ToLowerInvariant());
            json.WriteString("subject", change.Subject.Name);
            json.WriteString("change", change.Change.ToString().ToLowerInvariant());
            json.WriteStartArray("settings");
            foreach (var setting in change.Settings)
            {
                Write(json, change.Subject, setting);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, Subject subject, SettingChange change)
    {
        json.WriteStartObject();
        json.WriteString("kind", Setting.WordOf(change.Kind));
        json.WriteString("name", change.Name);
        Write(json, "before", change.Before);
        Write(json, "after", change.After);
        if (now is not null)
        {
            var present = Present(subject, change);
            Write(json, "now", present);
            json.WriteString("since", present == change.After ? "same" : present == change.Before ? "back" : "changed");
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Setting? setting)
    {
        if (setting is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("value", setting.Value);
        json.WriteBoolean("default", setting.IsDefault);
        json.WriteEndObject();
    }

    private static void Row(Table table, params string[] cells) =>
        table.AddRow(cells.Take(table.Columns.Count).Select(cell => Markup.Escape(cell)).ToArray());

    private Setting? Present(Subject subject, SettingChange change) => now is null ? null :
        SettingsView.Find(now, subject)?.FirstOrDefault(setting => setting.Kind == change.Kind && setting.Name == change.Name);

    private string Since(Subject subject, SettingChange change)
    {
        var present = Present(subject, change);
        return present == change.After ? "the same" : present == change.Before ? "back again" : Show(present);
    }

    private static string Sign(SubjectChangeKind kind) => kind switch
    {
        SubjectChangeKind.Added => "+ ",
        SubjectChangeKind.Removed => "- ",
        _ => "",
    };

    private static string ClassOf(SubjectChange change, Func<SettingChange, Setting?> side) => change.Change == SubjectChangeKind.Changed
        ? ""
        : change.Settings.Where(setting => setting.Kind == SettingKind.Identity).Select(setting => side(setting)?.Value).FirstOrDefault() ?? "";

    /// <summary>Both sides, ready to be printed: of rules, notes and policy only the lines that differ.</summary>
    internal static (string Before, string After) Cells(SettingChange change)
    {
        if (change is { Before.Value: { } before, After.Value: { } after } && (before.Contains('\n', StringComparison.Ordinal) || after.Contains('\n', StringComparison.Ordinal)))
        {
            var edits = TextDiff.Lines(before.Split('\n'), after.Split('\n'));
            return (Only('-'), Only('+'));

            string Only(char sign) => string.Join('\n', edits.Where(edit => edit.Sign == sign).Select(edit => sign + Terminal.Printable(edit.Text)));
        }

        return (Show(change.Before), Show(change.After));
    }

    private static string Show(Setting? setting) => setting switch
    {
        null => "-",
        { Value: null } => "(none)" + Mark(setting),
        { Value: "" } => setting.Kind == SettingKind.Tag ? "set" : "''" + Mark(setting),
        _ => string.Join('\n', setting.Value.Split('\n').Select(Terminal.Printable)) + Mark(setting),
    };

    private static string Mark(Setting setting) => setting.IsDefault ? " (default)" : "";
}
