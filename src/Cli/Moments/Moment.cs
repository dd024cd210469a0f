using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>A moment of the history as a user names it: a position, a time, or a mark.</summary>
internal static class Moment
{
    /// <summary>What a verb says of an argument that names a moment.</summary>
    internal const string Description =
        "A position, head, a time (2026-11-20, '2026-11-20 14:00', 14:00, yesterday, '2h ago'; UTC if it names no other zone), or a mark.";

    /// <summary>The position in force at a moment; null text: the newest.</summary>
    /// <exception cref="HistoryException">It is no moment, or the log does not reach it.</exception>
    internal static async Task<LogPosition> FindAsync(EventLogHost log, string? text, CancellationToken ct) => text is null
        ? await log.Search.HeadAsync(ct).ConfigureAwait(false)
        : new MomentParser(TimeProvider.System).Parse(text) switch
        {
            NamedMoment.Position named => await AtPositionAsync(log, named.Value, ct).ConfigureAwait(false),
            NamedMoment.Time named => await AtTimeAsync(log, named.Value, ct).ConfigureAwait(false),
            NamedMoment.Mark named => await log.Search.MarkAsync(named.Name, ct).ConfigureAwait(false)
                ?? throw new HistoryException(MomentParser.NotUnderstood(text)),
            _ => await log.Search.HeadAsync(ct).ConfigureAwait(false),
        };

    /// <summary>The last position before a moment, from which on a search that begins there looks.</summary>
    /// <remarks>A search since a time before the log looks at all of it: nobody needs to know when the log began.</remarks>
    internal static async Task<LogPosition> BeforeAsync(EventLogHost log, string text, CancellationToken ct)
    {
        if (new MomentParser(TimeProvider.System).Parse(text) is NamedMoment.Time time)
        {
            return await log.Search.AtTimeAsync(time.Value.AddTicks(-1), ct).ConfigureAwait(false);
        }

        var found = await FindAsync(log, text, ct).ConfigureAwait(false);
        return new LogPosition(Math.Max(0, found.Value - 1));
    }

    private static async Task<LogPosition> AtPositionAsync(EventLogHost log, long wanted, CancellationToken ct)
    {
        var head = await log.Search.HeadAsync(ct).ConfigureAwait(false);
        return wanted >= 0 && wanted <= head.Value
            ? new LogPosition(wanted)
            : throw new HistoryException($"there is no position {wanted.ToString(CultureInfo.InvariantCulture)}: the log goes from 0 to {head}");
    }

    private static async Task<LogPosition> AtTimeAsync(EventLogHost log, DateTimeOffset time, CancellationToken ct)
    {
        var found = await log.Search.AtTimeAsync(time, ct).ConfigureAwait(false);
        if (found > LogPosition.Start)
        {
            return found;
        }

        var begin = await log.Search.TimeOfAsync(LogPosition.Start.Next, ct).ConfigureAwait(false);
        throw new HistoryException(begin is null
            ? "the log holds nothing yet"
            : $"the log begins at {Show(begin.Value)}, so it does not know what was at {Show(time)}");
    }

    private static string Show(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
