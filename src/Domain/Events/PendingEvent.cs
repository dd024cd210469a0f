namespace Qubes.Cqrs.Domain;

/// <summary>An event that was decided and waits to be appended.</summary>
/// <param name="Event">The fact.</param>
/// <param name="Time">When it was decided (UTC).</param>
/// <param name="Metadata">Who caused it.</param>
public sealed record PendingEvent(DomainEvent Event, DateTimeOffset Time, EventMetadata Metadata);
