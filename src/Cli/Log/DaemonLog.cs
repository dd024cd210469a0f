using System.Buffers;
using System.Text.Json;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>The pages of a log as its running daemon finds them.</summary>
/// <remarks>The daemon is warm: what it answers at once would take this program several times as long, since most of what reads the database and the events
/// has to be compiled first.</remarks>
internal sealed class DaemonLog(DaemonClient daemon, LogQuestion question, bool wholeEvents)
{
    private const string Method = "qubes.cqrs.Log";

    /// <summary>The newest events; null when no daemon runs, or it cannot tell.</summary>
    /// <exception cref="HistoryException">Something is named that there is not.</exception>
    internal LogPage? FindFirst(int limit, CancellationToken ct) => Find(new LogRequest { Question = question, WholeEvents = wholeEvents, Limit = limit }, ct);

    /// <summary>The events before those of a page that has some.</summary>
    /// <exception cref="HistoryException">The daemon has gone.</exception>
    internal LogPage FindNext(LogPage page, int limit, CancellationToken ct)
    {
        // What moments stood for they stand for still.
        var rest = question with { Since = null, Until = null, From = null, To = null };
        var request = new LogRequest { Question = rest, WholeEvents = wholeEvents, Limit = limit, After = page.After, Before = page.Before };
        return Find(request, ct) ?? throw new HistoryException("the daemon ended before all was shown: try again");
    }

    private LogPage? Find(LogRequest request, CancellationToken ct)
    {
        var payload = new ArrayBufferWriter<byte>();
        request.Write(payload);
        try
        {
            return daemon.TryCall(Method, payload.WrittenSpan, ct) is { } answer ? LogPage.Read(answer) : null;
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Says that an answer cannot be read.</summary>
    internal static HistoryException Unreadable(JsonException e) => new($"the answer of the daemon cannot be read, is it of another version? {e.Message}");
}
