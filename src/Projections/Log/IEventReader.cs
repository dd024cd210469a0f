using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The reading end of the log.</summary>
public interface IEventReader
{
    /// <summary>The position of the last event.</summary>
    Task<LogPosition> HeadAsync(CancellationToken ct);

    /// <summary>The events after <paramref name="after"/> up to and including <paramref name="upTo"/> (null: the head at the time of the call), in order.</summary>
    /// <exception cref="UnknownEventException">An alias that this version does not know, or a body that cannot be read; names the position.</exception>
    IAsyncEnumerable<RecordedEvent> ReadAsync(LogPosition after, LogPosition? upTo, CancellationToken ct);
}
