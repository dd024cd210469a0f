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
    internal static FoundPages? TryBegin(DaemonLog log, int limit, bool asJson, CancellationToken ct)
    {
        var size = limit > 0 ? Math.Min(limit, LogRequest.MostEntries) : asJson ? LogRequest.MostEntries : FirstPage;
        return log.FindFirst(size, ct) is { } first ? new FoundPages(log, first, limit, asJson) : null;
    }

    /// <summary>Writes page after page, until all is written that was asked for.</summary>
    internal void Write(Pager output, CancellationToken ct)
    {
        var lines = new EventLines(output);
        var left = LogVerb.CountOf(limit, asJson, output) is var count and > 0 ? count : int.MaxValue;
        for (var page = first; ; page = log.FindNext(page, Math.Min(left, LogRequest.MostEntries), ct))
        {
            left -= asJson ? Copy(page, output) : Show(page, lines, left);
            output.Output.Flush();
            if (left <= 0 || page.Before is null)
            {
                return;
            }
        }
    }

    // No more was asked for than is wanted.
    private static int Copy(LogPage page, Pager output)
    {
        output.Output.BaseStream.Write(page.Lines.Span);
        return page.Count;
    }

    private static int Show(LogPage page, EventLines lines, int most)
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

        return count;
    }
}
