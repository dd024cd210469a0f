using System.CommandLine;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>mark</c>: names for positions of the log.</summary>
internal static class MarkVerb
{
    internal static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "The name: letters, digits, - and _, beginning with a letter.", Arity = ArgumentArity.ZeroOrOne };
        var when = new Argument<string?>("when") { Description = Moment.Description + " The newest if not given.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Option<bool>("--list") { Description = "Show the marks." };
        var remove = new Option<bool>("--remove") { Description = "Take the name away; what happened stays in the log." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "mark",
            "Give a position of the log a name, which every command takes in its place." +
            "\n\nExamples:\n  qubes-history mark before-upgrade\n  qubes-history mark good 42\n  qubes-history mark --list\n  qubes-history mark --remove good")
        {
            name, when, list, remove, json,
        };
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var wanted = parsed.GetValue(name);
            if (parsed.GetValue(list) ? wanted is not null || parsed.GetValue(remove) : wanted is null)
            {
                throw new HistoryException("name one mark, or ask for --list");
            }

            if (parsed.GetValue(list))
            {
                await ListAsync(log, parsed.GetValue(json), ct).ConfigureAwait(false);
                return 0;
            }

            if (parsed.GetValue(remove) && parsed.GetValue(when) is not null)
            {
                throw new HistoryException("a mark is removed wherever it stands: leave the moment out");
            }

            await ChangeAsync(source.Daemon(parsed), log, wanted!, parsed.GetValue(when), parsed.GetValue(remove), ct).ConfigureAwait(false); // checked above
            if (parsed.GetValue(json))
            {
                await ListAsync(log, asJson: true, ct).ConfigureAwait(false);
            }

            return 0;
        });
    }

    private static async Task ChangeAsync(DaemonClient daemon, EventLogHost log, string name, string? when, bool remove, CancellationToken ct)
    {
        var position = when is null ? "" : (await Moment.FindAsync(log, when, ct).ConfigureAwait(false)).Value.ToString(CultureInfo.InvariantCulture);
        await daemon.CallAsync(remove ? "qubes.cqrs.Unmark" : "qubes.cqrs.Mark", name, Encoding.ASCII.GetBytes(position), ct).ConfigureAwait(false);
    }

    private static async Task ListAsync(EventLogHost log, bool asJson, CancellationToken ct)
    {
        var marks = (await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false)).Marks;
        if (asJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject("marks");
                foreach (var (name, position) in marks)
                {
                    json.WriteNumber(name, position.Value);
                }

                json.WriteEndObject();
            });
            return;
        }

        var table = new Table { Border = TableBorder.None };
        table.AddColumns(new TableColumn("position").RightAligned().NoWrap(), new TableColumn("time (UTC)").NoWrap(), new TableColumn("mark"));
        foreach (var (name, position) in marks.OrderBy(mark => mark.Value))
        {
            table.AddRow(position.ToString(), await TimeAsync(log, position, ct).ConfigureAwait(false), Markup.Escape(Terminal.Printable(name)));
        }

        Terminal.Show(table);
    }

    private static async Task<string> TimeAsync(EventLogHost log, LogPosition position, CancellationToken ct)
    {
        if (position == LogPosition.Start)
        {
            return "";
        }

        var at = await log.Reader.ReadAsync(new LogPosition(position.Value - 1), position, ct).SingleAsync(ct).ConfigureAwait(false);
        return at.Time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
