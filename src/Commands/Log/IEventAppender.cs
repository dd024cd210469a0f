using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The writing end of the log. Used by the writer loop alone, one call at a time.</summary>
public interface IEventAppender
{
    /// <summary>The position of the last event that is known to be durable.</summary>
    LogPosition Head { get; }

    /// <summary>Appends the events, at the positions that follow <see cref="Head"/>, in one transaction; returns when they are durable.</summary>
    /// <param name="events">At least one event, in order.</param>
    /// <param name="ct">Ends the waiting before anything was sent; an append under way is never cancelled.</param>
    /// <exception cref="EventLogUnavailableException">The log cannot be written now; nothing was appended.</exception>
    /// <exception cref="AppendOutcomeUnknownException">The connection broke during the commit: call <see cref="RecoverAsync"/>.</exception>
    /// <exception cref="WriterLostException">Somebody else writes to the log: this daemon must not go on writing.</exception>
    ValueTask<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<PendingEvent> events, CancellationToken ct);

    /// <summary>Connects again, takes the lock and the epoch, reads the head, and tells what became of the last append.</summary>
    /// <returns>The events of the last append when they are in the log after all; empty when they are not, or when its outcome was known.</returns>
    /// <exception cref="EventLogUnavailableException">Still not possible; try again later.</exception>
    /// <exception cref="WriterLostException">Somebody else has written meanwhile.</exception>
    ValueTask<ImmutableArray<RecordedEvent>> RecoverAsync(CancellationToken ct);
}
