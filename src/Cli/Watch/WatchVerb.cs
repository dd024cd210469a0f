using System.CommandLine;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>watch</c>: new events as they come.</summary>
internal static class WatchVerb
{
    private const int MostAtOnce = 2000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(1);

    internal static Command Create()
    {
        var filter = new EventFilter();
        var seconds = new Option<double?>("--for") { Description = "End after so many seconds; without it Ctrl-C ends it.", HelpName = "SECONDS" };
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        var verb = new Command(
            "watch",
            "Show new events as they are committed, with the conditions of log. Give --since or --from to begin with what is there already." +
            "\n\nExamples:\n  qubes-history watch --qube work\n  qubes-history watch --area Power --json\n  qubes-history watch --since '10m ago' --for 60") { seconds, json };
        filter.Options.ToList().ForEach(verb.Add);
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            if (parsed.GetValue(seconds) is { } wanted && wanted is not (>= 0 and <= 1e8))
            {
                throw new HistoryException("--for takes a number of seconds");
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
            if (parsed.GetValue(seconds) is { } limit)
            {
                end.CancelAfter(TimeSpan.FromSeconds(limit));
            }

            try
            {
                await WatchAsync(parsed, filter, log, parsed.GetValue(json), end.Token).ConfigureAwait(false);
                return 0;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return 0; // the time was over
            }
        });
    }

    private static async Task WatchAsync(ParseResult parsed, EventFilter filter, EventLogHost log, bool asJson, CancellationToken ct)
    {
        var book = new QubeNameBook();
        var head = await log.Search.HeadAsync(ct).ConfigureAwait(false);
        var wanted = await filter.ReadAsync(parsed, log, book, ct).ConfigureAwait(false);
        var seen = filter.HasBeginning(parsed) ? wanted.Query.After : head;
        await Pager.WriteAsync(isPaged: false, async page =>
        {
            var lines = new EventLines(page);
            while (wanted.Query.UpTo is null || seen < wanted.Query.UpTo)
            {
                if (await NextAsync(log, wanted, seen, ct).ConfigureAwait(false) is not var (events, end))
                {
                    await Task.Delay(LongPause, ct).ConfigureAwait(false);
                    continue;
                }

                var shown = events.Where(recorded => wanted.HasText(recorded, log.Serializer, book)).ToList();
                await book.LearnAsync(log.Search, shown, ct).ConfigureAwait(false);
                shown.ForEach(asJson ? recorded => page.Output.WriteLine(EventText.Json(recorded, log.Serializer)) : recorded => lines.Write(LogEntry.Of(recorded, book.NameOf)));
                await page.Output.FlushAsync(ct).ConfigureAwait(false);
                if (end == seen)
                {
                    await Task.Delay(Pause, ct).ConfigureAwait(false);
                }

                seen = end;
            }
        }).ConfigureAwait(false);
    }

    /// <summary>What matches of the next events, and how far that reaches; null while the server is away, as it is when the daemon starts anew.</summary>
    private static async Task<(IReadOnlyList<RecordedEvent> Events, LogPosition End)?> NextAsync(EventLogHost log, SearchedEvents wanted, LogPosition seen, CancellationToken ct)
    {
        try
        {
            var head = await log.Search.HeadAsync(ct).ConfigureAwait(false);
            var end = new LogPosition(Math.Min(Math.Min(head.Value, wanted.Query.UpTo?.Value ?? long.MaxValue), seen.Value + MostAtOnce));
            return end <= seen ? ([], seen) : (await log.Search.InOrderAsync(wanted.Query, seen, end, ct).ConfigureAwait(false), end);
        }
        catch (EventLogUnavailableException)
        {
            return null;
        }
    }
}
