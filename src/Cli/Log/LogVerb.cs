using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary><c>log</c>: the newest events first.</summary>
internal static class LogVerb
{
    private const int Page = 50;
    private const int Chunk = 64;

    internal static Command Create()
    {
        var filter = new EventFilter();
        var limit = new Option<int>("--limit", "-n") { Description = "How many events; 0 for all. All in a pager and with --json, else 50.", DefaultValueFactory = _ => -1, HelpName = "COUNT" };
        var disposables = new Option<bool>("--with-disposables") { Description = "Also what the log does not hold: the events of disposables since they were last tidied up, e-1, e-2 ..., as long as the host runs." };
        var noPager = new Option<bool>("--no-pager") { Description = "Do not show it through $PAGER, or less." };
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        var verb = new Command(
            "log",
            "Show events, the newest first, under the requests that brought them about. Times are UTC.\n\nExamples:\n" +
            "  qubes-history log --qube work --since yesterday\n  qubes-history log --property netvm --caller dom0\n" +
            "  qubes-history log --area Firewall --until '2026-11-20 14:00'\n  qubes-history log --type domain-delete --json") { limit, disposables, noPager, json };
        filter.Options.ToList().ForEach(verb.Add);
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var journal = parsed.GetValue(disposables) ? source.FindJournal(parsed, log) : null;
            var book = new QubeNameBook();
            book.Note(journal);
            var wanted = await filter.ReadAsync(parsed, log, book, ct).ConfigureAwait(false);
            var events = wanted.NewestFirstAsync(log, book, journal, ct);
            var most = parsed.GetValue(limit);
            var asJson = parsed.GetValue(json);
            await Pager.WriteAsync(!asJson && !parsed.GetValue(noPager), page =>
            {
                var count = most >= 0 ? most : asJson || page.IsPaged ? 0 : Page;
                var shown = count == 0 ? events : events.Take(count);
                return asJson ? WriteJsonAsync(shown, page.Output, log, ct) : WriteAsync(shown, page, log, book, ct);
            }).ConfigureAwait(false);
            return 0;
        });
    }

    private static async Task WriteJsonAsync(IAsyncEnumerable<RecordedEvent> events, StreamWriter output, EventLogHost log, CancellationToken ct)
    {
        await foreach (var recorded in events.WithCancellation(ct).ConfigureAwait(false))
        {
            await output.WriteLineAsync(EventText.Json(recorded, log.Serializer).AsMemory(), ct).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(IAsyncEnumerable<RecordedEvent> events, Pager page, EventLogHost log, QubeNameBook book, CancellationToken ct)
    {
        var lines = new EventLines(page, book);
        await foreach (var chunk in events.Chunk(Chunk).WithCancellation(ct).ConfigureAwait(false))
        {
            await book.LearnAsync(log, chunk, ct).ConfigureAwait(false);
            Array.ForEach(chunk, lines.Write);
            await page.Output.FlushAsync(ct).ConfigureAwait(false);
        }
    }
}
