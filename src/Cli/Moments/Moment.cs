using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>A moment of the history as a user names it: a position, a time, or a mark.</summary>
internal static class Moment
{
    /// <summary>What a verb says of an argument that names a moment.</summary>
    internal const string Description =
        "A position, head, a time (2026-11-20, '2026-11-20 14:00', 14:00, yesterday, '2h ago'; UTC if it names no other zone), or a mark.";

    /// <summary>The position in force at a moment; null text: the newest.</summary>
    /// <exception cref="QuestionException">It is no moment, or the log does not reach it.</exception>
    internal static Task<LogPosition> FindAsync(EventLogHost log, string? text, CancellationToken ct) => In(log).FindAsync(text, ct);

    /// <summary>The last position before a moment, from which on a search that begins there looks.</summary>
    /// <exception cref="QuestionException">It is no moment, or the log does not reach it.</exception>
    internal static Task<LogPosition> BeforeAsync(EventLogHost log, string text, CancellationToken ct) => In(log).BeforeAsync(text, ct);

    private static MomentSearch In(EventLogHost log) => new(log.Search, TimeProvider.System);
}
