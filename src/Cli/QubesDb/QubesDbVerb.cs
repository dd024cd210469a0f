using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>qubesdb</c>: what the daemon wrote into the database of a qube that runs, or ran.</summary>
internal static class QubesDbVerb
{
    private const string Random = "(random)";

    internal static Command Create()
    {
        var qube = new Argument<string>("qube") { Description = "The qube's name." };
        var at = new Option<string?>("--at")
        {
            Description = "A position in the log, or a time (UTC if it names no other zone); the newest if not given.",
            HelpName = "POSITION|TIME",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var xenstore = new Option<bool>("--xenstore") { Description = "The older keys in xenstore instead." };
        var verb = new Command(
            "qubesdb",
            "Show the keys that the daemon wrote into a qube's database, as of its run at a position; what the qube itself wrote is not in the log." +
            "\n\nExamples:\n  qubes-history qubesdb sys-net\n  qubes-history qubesdb work --at 2026-01-31T12:00:00Z --json") { qube, at, json, xenstore };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var name = parsed.GetValue(qube)!; // required
            var position = await PositionAsync(log, parsed.GetValue(at), ct).ConfigureAwait(false);
            var (world, state) = await QubesDbReplay.AtAsync(log.Reader, log.Snapshots, position, ct).ConfigureAwait(false);
            var found = world.Find(name) ?? throw new HistoryException($"there is no qube '{name}' at position {position}");
            var database = state.Find(found.Id) ?? throw new HistoryException($"the qube '{name}' does not run at position {position}");
            var keys = parsed.GetValue(xenstore)
                ? XenstoreKeys.Of(database).Select(key => (Path: key.Name, key.Value))
                : database.Keys.Select(key => (Path: key.Key, key.Value));
            if (parsed.GetValue(json))
            {
                WriteJson(database, position, keys);
            }
            else
            {
                Write(keys);
            }

            return 0;
        });
    }

    private static async Task<LogPosition> PositionAsync(EventLogHost log, string? text, CancellationToken ct)
    {
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        if (text is null)
        {
            return head;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wanted))
        {
            return wanted >= 0 && wanted <= head.Value
                ? new LogPosition(wanted)
                : throw new HistoryException($"there is no position {wanted.ToString(CultureInfo.InvariantCulture)}: the log goes from 0 to {head}");
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? await AtTimeAsync(log, head, time, ct).ConfigureAwait(false)
            : throw new HistoryException($"'{text}' is neither a position nor a time such as 2026-01-31T12:00:00Z");
    }

    // Times only grow, so the place of one is found by halving.
    private static async Task<LogPosition> AtTimeAsync(EventLogHost log, LogPosition head, DateTimeOffset time, CancellationToken ct)
    {
        var (low, high) = (0L, head.Value);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var recorded = await log.Reader.ReadAsync(new LogPosition(middle - 1), new LogPosition(middle), ct).SingleAsync(ct).ConfigureAwait(false);
            (low, high) = recorded.Time <= time ? (middle, high) : (low, middle - 1);
        }

        return new LogPosition(low);
    }

    private static void Write(IEnumerable<(string Path, string Value)> keys)
    {
        foreach (var (path, value) in keys)
        {
            Console.WriteLine($"{path} = {(value == DatabaseKeys.RandomSeed ? Random : Printable(value))}");
        }
    }

    // One line for each key, and nothing that a terminal would obey.
    private static string Printable(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            if (character == '\n')
            {
                text.Append("\\n");
            }
            else if (char.IsControl(character))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            }
            else
            {
                text.Append(character);
            }
        }

        return text.ToString();
    }

    private static void WriteJson(QubeDatabase database, LogPosition position, IEnumerable<(string Path, string Value)> keys)
    {
        using var output = Console.OpenStandardOutput();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("position", position.Value);
        json.WriteString("qube", database.Name);
        json.WriteNumber("since", database.Since.Value);
        json.WriteStartObject("keys");
        foreach (var (path, value) in keys)
        {
            json.WriteString(path, value == DatabaseKeys.RandomSeed ? Random : value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
