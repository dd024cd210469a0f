using System.Text.Json;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Shows the pages that the daemon finds.</summary>
internal sealed class FoundPages
{
    private const int FirstPage = 64;
    private readonly DaemonLog log;
    private readonly LogPage first;
    private readonly int limit;
    private readonly bool asJson;

    private FoundPages(DaemonLog log, LogPage first, int limit, bool asJson) => (this.log, this.first, this.limit, this.asJson) = (log, first, limit, asJson);

    /// <summary>Asks for the first page; null when no daemon can tell.</summary>
    /// <exception cref="HistoryException">Something is named that there is not.</exception>
    internal static async Task<FoundPages?> TryBeginAsync(DaemonLog log, int limit, bool asJson, CancellationToken ct)
    {
        var size = limit > 0 ? Math.Min(limit, LogRequest.MostEntries) : asJson ? LogRequest.MostEntries : FirstPage;
        return await log.FindFirstAsync(size, ct).ConfigureAwait(false) is { } first ? new FoundPages(log, first, limit, asJson) : null;
    }

    /// <summary>Writes page after page, until all is written that was asked for.</summary>
    internal async Task WriteAsync(Pager output, CancellationToken ct)
    {
        var lines = new EventLines(output);
        var left = LogVerb.CountOf(limit, asJson, output) is var count and > 0 ? count : int.MaxValue;
        for (var page = first; ; page = await log.FindNextAsync(page, Math.Min(left, LogRequest.MostEntries), ct).ConfigureAwait(false))
        {
            left -= await (asJson ? CopyAsync(page, output, ct) : ShowAsync(page, lines, left)).ConfigureAwait(false);
            await output.Output.FlushAsync(ct).ConfigureAwait(false);
            if (left <= 0 || page.Before is null)
            {
                return;
            }
        }
    }

    // No more was asked for than is wanted.
    private static async Task<int> CopyAsync(LogPage page, Pager output, CancellationToken ct)
    {
        await output.Output.BaseStream.WriteAsync(page.Lines, ct).ConfigureAwait(false);
        return page.Lines.Span.Count((byte)'\n');
    }

    private static Task<int> ShowAsync(LogPage page, EventLines lines, int most)
    {
        var rest = page.Lines.Span;
        var count = 0;
        try
        {
            for (var end = rest.IndexOf((byte)'\n'); end >= 0 && count < most; end = rest.IndexOf((byte)'\n'))
            {
                lines.Write(LogEntry.Read(rest[..end]));
                rest = rest[(end + 1)..];
                count++;
            }
        }
        catch (JsonException e)
        {
            throw DaemonLog.Unreadable(e);
        }

        return Task.FromResult(count);
    }
}
