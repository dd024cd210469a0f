using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>An event, divided into what the log may tell and what must be forgotten.</summary>
/// <param name="After">The state after the event, at an unchanged position; <see cref="World.Apart"/> is right.</param>
/// <param name="Kept">What goes to the log; usually the event itself.</param>
/// <param name="Ephemeral">What goes to the journal; usually nothing.</param>
public sealed record Division(World After, ImmutableArray<DomainEvent> Kept, ImmutableArray<EphemeralChange> Ephemeral);
