using System.Collections.Immutable;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A log that keeps its events in memory and never fails: the laws are about decisions, not about disks.</summary>
internal sealed class LogInMemory : IEventAppender
{
    private volatile ImmutableList<RecordedEvent> stored = [];

    public LogPosition Head => new(stored.Count);

    /// <summary>All events so far; may be read while more are appended.</summary>
    public IReadOnlyList<RecordedEvent> Stored => stored;

    public ValueTask<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<PendingEvent> events, CancellationToken ct)
    {
        var recorded = events.Select((pending, index) => new RecordedEvent(
            new LogPosition(Head.Value + 1 + index), Guid.NewGuid(), pending.Event.Stream, default, pending.Time,
            EventCatalog.Of(pending.Event).Alias, pending.Event, pending.Metadata)).ToImmutableArray();
        stored = stored.AddRange(recorded); // one writer
        return new(recorded);
    }

    public ValueTask<ImmutableArray<RecordedEvent>> RecoverAsync(CancellationToken ct) => new([]);
}
