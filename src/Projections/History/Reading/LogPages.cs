using System.Buffers;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Answers questions about the log, a page at a time.</summary>
/// <param name="search">The log.</param>
/// <param name="payloads">Writes events as the log has them.</param>
/// <param name="clock">What <c>5m ago</c> counts from.</param>
/// <remarks>Safe to use from several threads.</remarks>
public sealed class LogPages(IEventSearch search, IEventPayloads payloads, TimeProvider clock)
{
    /// <summary>The bytes after which a page ends, however many events were asked for.</summary>
    private const int EnoughBytes = 1 << 20;

    private const int Chunk = 64;

    /// <summary>The page that was asked for.</summary>
    /// <exception cref="QuestionException">Something is named that there is not.</exception>
    public async Task<LogPage> FindAsync(LogRequest request, CancellationToken ct)
    {
        var book = new QubeNameBook();
        var wanted = Bound(await new QuestionReader(search, book, clock).ReadAsync(request.Question, ct).ConfigureAwait(false), request);
        var page = new PageWriter(request, payloads, book);
        await foreach (var events in wanted.NewestFirstAsync(search, payloads, book, [], ct).Chunk(Chunk).ConfigureAwait(false))
        {
            await (request.WholeEvents ? Task.CompletedTask : book.LearnAsync(search, events, ct)).ConfigureAwait(false);
            if (!Array.TrueForAll(events, page.TryAdd))
            {
                return new LogPage(wanted.Query.After, page.Last, page.Count, page.Lines);
            }
        }

        return new LogPage(wanted.Query.After, null, page.Count, page.Lines);
    }

    private static SearchedEvents Bound(SearchedEvents wanted, LogRequest request)
    {
        var query = wanted.Query;
        var after = new LogPosition(Math.Max(query.After.Value, request.After?.Value ?? 0));
        var last = request.Before is { } before ? new LogPosition(Math.Min(query.UpTo?.Value ?? long.MaxValue, Math.Max(0, before.Value - 1))) : query.UpTo;
        return wanted with { Query = query with { After = after, UpTo = last } };
    }

    /// <summary>Writes events until the page is full.</summary>
    private sealed class PageWriter(LogRequest request, IEventPayloads payloads, QubeNameBook book)
    {
        private readonly ArrayBufferWriter<byte> lines = new();

        internal int Count { get; private set; }

        internal LogPosition Last { get; private set; }

        internal ReadOnlyMemory<byte> Lines => lines.WrittenMemory;

        /// <summary>Adds an event; false when there is no room for it.</summary>
        internal bool TryAdd(RecordedEvent recorded)
        {
            if (Count == request.Limit || lines.WrittenCount >= EnoughBytes)
            {
                return false;
            }

            (Count, Last) = (Count + 1, recorded.Position);
            if (request.WholeEvents)
            {
                EventText.WriteLine(lines, recorded, payloads);
            }
            else
            {
                LogEntry.Of(recorded, book.NameOf).WriteLine(lines);
            }

            return true;
        }
    }
}
