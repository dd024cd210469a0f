using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Shows events that are read from the log itself.</summary>
internal sealed class ReadEvents(EventLogHost log, int limit, bool asJson)
{
    private const int Chunk = 64;
    private readonly QubeNameBook book = new();
    private IAsyncEnumerable<RecordedEvent> events = AsyncEnumerable.Empty<RecordedEvent>();

    /// <summary>Finds out which events are wanted.</summary>
    /// <exception cref="QuestionException">Something is named that there is not.</exception>
    internal async Task FindAsync(Func<QubeNameBook, CancellationToken, Task<SearchedEvents>> read, JournalContents? journal, CancellationToken ct)
    {
        foreach (var change in journal?.Batches.SelectMany(batch => batch.Batch.Entries).SelectMany(entry => entry.Change.Events) ?? [])
        {
            book.Note(change);
        }

        var wanted = await read(book, ct).ConfigureAwait(false);
        events = wanted.NewestFirstAsync(log.Search, log.Serializer, book, journal?.Events() ?? [], ct);
    }

    /// <summary>Writes them.</summary>
    internal Task WriteAsync(Pager page, CancellationToken ct)
    {
        var count = LogVerb.CountOf(limit, asJson, page);
        var shown = count == 0 ? events : events.Take(count);
        return asJson ? WriteJsonAsync(shown, page.Output, ct) : WriteAsync(shown, page, ct);
    }

    private async Task WriteJsonAsync(IAsyncEnumerable<RecordedEvent> shown, StreamWriter output, CancellationToken ct)
    {
        await foreach (var recorded in shown.WithCancellation(ct).ConfigureAwait(false))
        {
            await output.WriteLineAsync(EventText.Json(recorded, log.Serializer).AsMemory(), ct).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(IAsyncEnumerable<RecordedEvent> shown, Pager page, CancellationToken ct)
    {
        var lines = new EventLines(page);
        await foreach (var chunk in shown.Chunk(Chunk).WithCancellation(ct).ConfigureAwait(false))
        {
            await book.LearnAsync(log.Search, chunk, ct).ConfigureAwait(false);
            foreach (var recorded in chunk)
            {
                lines.Write(LogEntry.Of(recorded, book.NameOf));
            }

            await page.Output.FlushAsync(ct).ConfigureAwait(false);
        }
    }
}
