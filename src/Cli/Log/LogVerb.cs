using System.CommandLine;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>log</c>: the newest events first.</summary>
internal static class LogVerb
{
    private const int Window = 2000;

    internal static Command Create()
    {
        var limit = new Option<int>("--limit", "-n") { Description = "How many events; 0 for all. All with --json, else 50.", DefaultValueFactory = _ => -1 };
        var qube = new Option<string?>("--qube") { Description = "Only events about this qube.", HelpName = "NAME" };
        var type = new Option<string?>("--type") { Description = "Only events of this type, such as property-set.", HelpName = "ALIAS" };
        var disposables = new Option<bool>("--with-disposables") { Description = "Also what the log does not hold: the events of disposables since they were last tidied up, e-1, e-2 ..., as long as the host runs." };
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        var verb = new Command("log", "Show events, the newest first.\n\nExamples:\n  qubes-history log --qube work\n  qubes-history log --type domain-delete --json") { limit, qube, type, disposables, json };
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            if (parsed.GetValue(type) is { } alias && EventCatalog.Find(alias) is null)
            {
                throw new HistoryException($"there is no event type '{alias}'; known are: {string.Join(", ", EventCatalog.All.Select(known => known.Alias))}");
            }

            var book = await QubeNameBook.OpenAsync(log, ct).ConfigureAwait(false);
            var journal = parsed.GetValue(disposables) ? source.FindJournal(parsed, log) : null;
            book.Note(journal);
            var asJson = parsed.GetValue(json);
            var count = parsed.GetValue(limit) is var wanted && wanted < 0 ? asJson ? 0 : 50 : wanted;
            var events = NewestFirstAsync(log, book, journal, ct).Where(recorded =>
                (parsed.GetValue(type) is not { } only || recorded.Type == only) &&
                (parsed.GetValue(qube) is not { } name || EventText.Subject(recorded, book.NameOf) == name));
            var shown = count == 0 ? events : events.Take(count);
            await (asJson ? WriteJsonAsync(shown, log, ct) : WriteTableAsync(shown, book, ct)).ConfigureAwait(false);
            return 0;
        });
    }

    private static async IAsyncEnumerable<RecordedEvent> NewestFirstAsync(
        EventLogHost log, QubeNameBook book, JournalContents? journal, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var beside = new Stack<RecordedEvent>(journal?.Events() ?? []);
        for (var end = (await log.Reader.HeadAsync(ct).ConfigureAwait(false)).Value; end > 0; end -= Window)
        {
            var window = new List<RecordedEvent>(Window);
            await foreach (var recorded in log.Reader.ReadAsync(new LogPosition(Math.Max(0, end - Window)), new LogPosition(end), ct).ConfigureAwait(false))
            {
                book.Note(recorded.Event);
                window.Add(recorded);
            }

            for (var index = window.Count - 1; index >= 0; index--)
            {
                while (beside.TryPeek(out var newer) && newer.Position >= window[index].Position)
                {
                    yield return beside.Pop();
                }

                yield return window[index];
            }
        }
    }

    private static async Task WriteJsonAsync(IAsyncEnumerable<RecordedEvent> events, EventLogHost log, CancellationToken ct)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        await foreach (var recorded in events.WithCancellation(ct).ConfigureAwait(false))
        {
            await output.WriteLineAsync(EventText.Json(recorded, log.Serializer).AsMemory(), ct).ConfigureAwait(false);
        }
    }

    private static async Task WriteTableAsync(IAsyncEnumerable<RecordedEvent> events, QubeNameBook book, CancellationToken ct)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        table.AddColumns(
            new TableColumn("position").RightAligned().NoWrap(), new TableColumn("time (UTC)").NoWrap(), new TableColumn("by"),
            new TableColumn("about"), new TableColumn("event").NoWrap(), new TableColumn("what"));
        await foreach (var recorded in events.WithCancellation(ct).ConfigureAwait(false))
        {
            table.AddRow(
                recorded.EphemeralNumber is { } number ? "e-" + number.ToString(CultureInfo.InvariantCulture) : recorded.Position.ToString(),
                recorded.Time.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Markup.Escape(recorded.Metadata?.Source ?? "(erased)"),
                Markup.Escape(EventText.Subject(recorded, book.NameOf)),
                recorded.Type,
                Markup.Escape(EventText.Summary(recorded, book.NameOf)));
        }

        AnsiConsole.Write(table);
    }
}
