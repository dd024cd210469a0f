using System.CommandLine;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>show</c>: one event with its request.</summary>
internal static class ShowVerb
{
    internal static Command Create()
    {
        var position = new Argument<long>("position") { Description = "Where the event stands in the log." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command("show", "Show one event: what happened, through which call, and what else that call did.\n\nExample:\n  qubes-history show 42") { position, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var recorded = await FindAsync(log, parsed.GetValue(position), ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(EventText.Json(recorded, log.Serializer));
                return 0;
            }

            var book = await QubeNameBook.OpenAsync(log, ct).ConfigureAwait(false);
            Write(recorded, await SiblingsAsync(log, recorded, ct).ConfigureAwait(false), book);
            return 0;
        });
    }

    private static async Task<RecordedEvent> FindAsync(EventLogHost log, long position, CancellationToken ct)
    {
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        if (position < 1 || position > head.Value)
        {
            throw new HistoryException($"there is no position {position.ToString(CultureInfo.InvariantCulture)}: the log goes from 1 to {head}");
        }

        return await log.Reader.ReadAsync(new LogPosition(position - 1), new LogPosition(position), ct).SingleAsync(ct).ConfigureAwait(false);
    }

    // The events of one request stand side by side: one transaction wrote them.
    private static async Task<List<RecordedEvent>> SiblingsAsync(EventLogHost log, RecordedEvent recorded, CancellationToken ct)
    {
        const int reach = 200;
        var from = new LogPosition(Math.Max(0, recorded.Position.Value - reach));
        var to = new LogPosition(recorded.Position.Value + reach);
        var near = await log.Reader.ReadAsync(from, to, ct).ToListAsync(ct).ConfigureAwait(false);
        return near.FindAll(other => other.Metadata is { } metadata && metadata.CorrelationId == recorded.Metadata?.CorrelationId);
    }

    private static void Write(RecordedEvent recorded, List<RecordedEvent> siblings, QubeNameBook book)
    {
        siblings.ForEach(sibling => book.Note(sibling.Event));
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "position", recorded.Position.ToString());
        Row(grid, "time", recorded.Time.ToString("yyyy-MM-dd HH:mm:ss.ffffff 'UTC'", CultureInfo.InvariantCulture));
        Row(grid, "event", recorded.Type);
        Row(grid, "about", EventText.Subject(recorded, book.NameOf));
        Row(grid, "what", EventText.Summary(recorded, book.NameOf));
        if (recorded.Metadata is { } metadata)
        {
            var argument = metadata.Argument.Length == 0 ? "" : "+" + metadata.Argument;
            Row(grid, "call", $"{metadata.Method}{argument} from {metadata.Source} to {(metadata.Destination.Length == 0 ? "dom0" : metadata.Destination)}");
            Row(grid, "process", metadata.Peer is { } peer
                ? FormattableString.Invariant($"{peer.Command} (process {peer.ProcessId}, user {peer.UserId})")
                : "the daemon itself");
            Row(grid, "request", metadata.CorrelationId);
        }

        AnsiConsole.Write(grid);
        foreach (var sibling in siblings.Where(sibling => sibling.Position != recorded.Position))
        {
            Console.WriteLine($"  also {sibling.Position} {sibling.Type} {EventText.Subject(sibling, book.NameOf)}: {EventText.Summary(sibling, book.NameOf)}");
        }
    }

    private static void Row(Grid grid, string name, string value) => grid.AddRow(name, Markup.Escape(value));
}
