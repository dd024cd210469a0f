using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>A moment of the history as a user names it: a position, or a time.</summary>
internal static class Moment
{
    /// <summary>What a verb says of an argument that names a moment.</summary>
    internal const string Description = "A position in the log, or a time (UTC if it names no other zone).";

    /// <summary>The position in force at a moment; null text: the newest.</summary>
    /// <exception cref="HistoryException">It is no moment, or the log does not reach it.</exception>
    internal static async Task<LogPosition> FindAsync(EventLogHost log, string? text, CancellationToken ct)
    {
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        if (text is null)
        {
            return head;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wanted))
        {
            return wanted >= 0 && wanted <= head.Value
                ? new LogPosition(wanted)
                : throw new HistoryException($"there is no position {wanted.ToString(CultureInfo.InvariantCulture)}: the log goes from 0 to {head}");
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? await AtTimeAsync(log, head, time, ct).ConfigureAwait(false)
            : throw new HistoryException($"'{text}' is neither a position nor a time such as 2026-01-31T12:00:00Z");
    }

    // Times only grow, so the place of one is found by halving.
    private static async Task<LogPosition> AtTimeAsync(EventLogHost log, LogPosition head, DateTimeOffset time, CancellationToken ct)
    {
        var (low, high) = (0L, head.Value);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var recorded = await log.Reader.ReadAsync(new LogPosition(middle - 1), new LogPosition(middle), ct).SingleAsync(ct).ConfigureAwait(false);
            (low, high) = recorded.Time <= time ? (middle, high) : (low, middle - 1);
        }

        return new LogPosition(low);
    }
}
