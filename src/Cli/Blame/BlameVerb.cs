using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>blame</c>: why a setting is as it is.</summary>
internal static class BlameVerb
{
    internal static Command Create()
    {
        var qube = new Argument<string>("qube") { Description = "The qube; dom0 has the global properties and the files of the policy as well." };
        var setting = new Argument<string[]>("setting")
        {
            Description = "Only this property, feature, tag, volume … (feature gui, tag audio); everything that is set if not given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var at = new Option<string?>("--at") { Description = Moment.Description + " The present if not given.", HelpName = "WHEN" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "blame",
            "Show for each setting of a qube the event that gave it its value, and who caused it.\n\nExamples:\n  qubes-history blame work\n" +
            "  qubes-history blame work netvm\n  qubes-history blame dom0 default_netvm --at '2026-01-31 12:00'\n" +
            "  qubes-history blame dom0 /etc/qubes/policy.d/30-user.policy") { qube, setting, at, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var position = await Moment.FindAsync(log, parsed.GetValue(at), ct).ConfigureAwait(false);
            var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, position, ct).ConfigureAwait(false);
            var name = parsed.GetValue(qube)!; // required
            var found = AtVerb.Find(world, name, position)!; // named
            var wanted = parsed.GetValue(setting) is { Length: > 0 } words ? string.Join(' ', words) : null;
            List<BlameLine> lines = [];
            Qube?[] holders = found.IsDom0 ? [null, found] : [found];
            foreach (var holder in holders)
            {
                lines.AddRange(await SearchAsync(log, world, holder, wanted, ct).ConfigureAwait(false));
            }

            lines.AddRange(found.IsDom0 ? await SearchPolicyAsync(log, world, wanted, ct).ConfigureAwait(false) : []);
            if (lines.Count == 0)
            {
                throw new HistoryException(wanted is null ? $"nothing is set of the qube '{name}'" : $"the qube '{name}' has no '{wanted}' at position {position}");
            }

            if (parsed.GetValue(json))
            {
                WriteJson(world, name, lines);
            }
            else
            {
                Write(lines);
            }

            return 0;
        });
    }

    private static async Task<IEnumerable<BlameLine>> SearchAsync(EventLogHost log, World world, Qube? holder, string? wanted, CancellationToken ct)
    {
        var keys = BlameSearch.SettingsOf(world, holder).ToList();
        if (wanted is not null)
        {
            keys = keys.FindAll(key => wanted == key.Name || wanted == Setting.LabelOf(key.Kind, key.Name));
            if (keys.Count == 0 && Property(holder, wanted) is { ReadOnly: false })
            {
                keys.Add((SettingKind.Property, wanted)); // its default is in force
            }
        }

        var events = await FindAsync(log, world, new BlameSearch(world, holder, keys), ct).ConfigureAwait(false);
        return keys.Select(key => new BlameLine(holder is null, key.Kind, key.Name, Value(world, holder, key), events[key]));
    }

    // A file and no link: who changes something through a link changes the file.
    private static async Task<IEnumerable<BlameLine>> SearchPolicyAsync(EventLogHost log, World world, string? wanted, CancellationToken ct)
    {
        var files = world.Policy.Entries.Where(entry => entry.Value is { IsFile: true, RealPath: null }).Select(entry => entry.Key)
            .Where(path => wanted is null || wanted == path || wanted == Setting.LabelOf(SettingKind.Policy, path)).ToList();
        var events = await FindAsync(log, world, BlameSearch.OfPolicy(world, files), ct).ConfigureAwait(false);
        return files.Select(path => new BlameLine(
            false, SettingKind.Policy, path, world.Policy.Entries[path] is { Fault: null, Text: var text } ? text : "(no text)", events[(SettingKind.Policy, path)]));
    }

    private static async Task<ImmutableDictionary<(SettingKind Kind, string Name), RecordedEvent?>> FindAsync(
        EventLogHost log, World world, BlameSearch search, CancellationToken ct)
    {
        if (!search.IsComplete)
        {
            await foreach (var recorded in log.Reader.ReadBackAsync(search.Stream, world.Position, ct).ConfigureAwait(false))
            {
                search.Add(recorded);
                if (search.IsComplete)
                {
                    break;
                }
            }
        }

        return search.Finish();
    }

    private static PropertyDefinition? Property(Qube? holder, string name) =>
        holder is null ? PropertyCatalog.FindGlobal(name) : PropertyCatalog.Find(holder.Class, name);

    private static string Value(World world, Qube? holder, (SettingKind Kind, string Name) key)
    {
        if (key.Kind == SettingKind.Volume)
        {
            var volume = holder!.Volumes.First(volume => volume.Name == key.Name); // only qubes have volumes
            return string.Create(CultureInfo.InvariantCulture, $"{volume.SizeBytes} bytes in {volume.Pool}");
        }

        var settings = holder is null ? SettingsView.Properties(world, null) : SettingsView.Of(world, holder);
        var setting = settings.FirstOrDefault(setting => (setting.Kind, setting.Name) == key);
        return (setting?.Value ?? (setting is null ? "-" : "(none)")) + (setting?.IsDefault == true ? " (default)" : "");
    }

    private static void Write(List<BlameLine> lines)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        table.AddColumns(
            new TableColumn("position").RightAligned().NoWrap(), new TableColumn("time (UTC)").NoWrap(), new TableColumn("by"),
            new TableColumn("through").NoWrap(), new TableColumn("setting"));
        foreach (var line in lines)
        {
            table.AddRow(new[]
            {
                line.Event?.Position.ToString() ?? "-",
                line.Event?.Time.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
                line.Event?.Metadata?.Source ?? "",
                line.Event?.Metadata?.Method ?? "never set",
                (line.IsGlobal ? "global " : "") + Setting.LabelOf(line.Kind, line.Name) + Short(line),
            }.Select(cell => Markup.Escape(Terminal.Printable(cell))).ToArray());
        }

        Terminal.Show(table);
    }

    // A tag has no value; of rules and notes only the first line is shown.
    private static string Short(BlameLine line)
    {
        const int most = 60;
        var first = line.Value.Split('\n')[0];
        var text = first.Length > most ? first[..most] + "…" : first.Length < line.Value.Length ? first + " …" : first;
        return line.Kind == SettingKind.Tag ? "" : " = " + (text.Length == 0 ? "''" : text);
    }

    private static void WriteJson(World world, string qube, List<BlameLine> lines) => JsonOutput.Write(json =>
    {
        json.WriteString("qube", qube);
        json.WriteNumber("at", world.Position.Value);
        json.WriteStartArray("settings");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteBoolean("global", line.IsGlobal);
            json.WriteString("kind", Setting.WordOf(line.Kind));
            json.WriteString("name", line.Name);
            json.WriteString("value", line.Value);
            if (line.Event is { } recorded)
            {
                WriteEvent(json, recorded);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteEvent(Utf8JsonWriter json, RecordedEvent recorded)
    {
        json.WriteNumber("position", recorded.Position.Value);
        json.WriteString("time", recorded.Time);
        json.WriteString("type", recorded.Type);
        json.WriteString("source", recorded.Metadata?.Source);
        json.WriteString("method", recorded.Metadata?.Method);
        json.WriteString("arg", recorded.Metadata?.Argument);
        json.WriteString("dest", recorded.Metadata?.Destination);
        json.WriteString("correlation", recorded.Metadata?.CorrelationId);
        if (recorded.Metadata?.Peer is { } peer)
        {
            json.WriteString("command", peer.Command);
            json.WriteNumber("uid", peer.UserId);
        }
    }

    private sealed record BlameLine(bool IsGlobal, SettingKind Kind, string Name, string Value, RecordedEvent? Event);
}
