namespace Qubes.Cqrs.Domain;

/// <summary>An event as the log holds it.</summary>
/// <param name="Position">Its place in the whole log.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Stream">The stream it belongs to.</param>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Time">When it was decided: UTC, whole microseconds, never earlier than the event before.</param>
/// <param name="Type">Its alias.</param>
/// <param name="Event">The fact; null when it was erased.</param>
/// <param name="Metadata">Who caused it; null when it was erased.</param>
public sealed record RecordedEvent(
    LogPosition Position,
    Guid Id,
    StreamName Stream,
    StreamVersion Version,
    DateTimeOffset Time,
    string Type,
    DomainEvent? Event,
    EventMetadata? Metadata)
{
    /// <summary>Its number in the journal of disposables, from 1, when the log does not hold it; its position is then that of the event in the
    /// log that it followed, and it has no place in a stream of the log.</summary>
    /// <remarks>Of an event of which the log tells only a part, observers get the whole event, at the position of that part.</remarks>
    public long? EphemeralNumber { get; init; }
}
