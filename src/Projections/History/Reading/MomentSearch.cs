using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds the moments that people name in a log.</summary>
/// <param name="search">The log.</param>
/// <param name="clock">What <c>5m ago</c> counts from.</param>
public sealed class MomentSearch(IEventSearch search, TimeProvider clock)
{
    /// <summary>The position in force at a moment; null text: the newest.</summary>
    /// <exception cref="QuestionException">It is no moment, or the log does not reach it.</exception>
    public async Task<LogPosition> FindAsync(string? text, CancellationToken ct) => text is null
        ? await search.HeadAsync(ct).ConfigureAwait(false)
        : new MomentParser(clock).Parse(text) switch
        {
            NamedMoment.Position named => await AtPositionAsync(named.Value, ct).ConfigureAwait(false),
            NamedMoment.Time named => await AtTimeAsync(named.Value, ct).ConfigureAwait(false),
            NamedMoment.Mark named => await search.MarkAsync(named.Name, ct).ConfigureAwait(false)
                ?? throw new QuestionException(MomentParser.NotUnderstood(text)),
            _ => await search.HeadAsync(ct).ConfigureAwait(false),
        };

    /// <summary>The last position before a moment, from which on a search that begins there looks.</summary>
    /// <remarks>A search since a time before the log looks at all of it: nobody needs to know when the log began.</remarks>
    /// <exception cref="QuestionException">It is no moment, or the log does not reach it.</exception>
    public async Task<LogPosition> BeforeAsync(string text, CancellationToken ct)
    {
        if (new MomentParser(clock).Parse(text) is NamedMoment.Time time)
        {
            return time.Value == DateTimeOffset.MinValue ? LogPosition.Start : await search.AtTimeAsync(time.Value.AddTicks(-1), ct).ConfigureAwait(false);
        }

        var found = await FindAsync(text, ct).ConfigureAwait(false);
        return new LogPosition(Math.Max(0, found.Value - 1));
    }

    /// <summary>A position that the log has.</summary>
    /// <exception cref="QuestionException">The log does not reach it.</exception>
    public async Task<LogPosition> AtPositionAsync(long wanted, CancellationToken ct)
    {
        var head = await search.HeadAsync(ct).ConfigureAwait(false);
        return wanted >= 0 && wanted <= head.Value
            ? new LogPosition(wanted)
            : throw new QuestionException($"there is no position {wanted.ToString(CultureInfo.InvariantCulture)}: the log goes from 0 to {head}");
    }

    private async Task<LogPosition> AtTimeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var found = await search.AtTimeAsync(time, ct).ConfigureAwait(false);
        if (found > LogPosition.Start)
        {
            return found;
        }

        var begin = await search.TimeOfAsync(LogPosition.Start.Next, ct).ConfigureAwait(false);
        throw new QuestionException(begin is null
            ? "the log holds nothing yet"
            : $"the log begins at {Show(begin.Value)}, so it does not know what was at {Show(time)}");
    }

    private static string Show(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
