namespace Qubes.Cqrs.Domain;

/// <summary>A change that the log does not tell, or not wholly: what the journal of disposables holds.</summary>
/// <param name="Subject">What changed.</param>
/// <param name="IsWhole">Whether <paramref name="Events"/> state the subject as it is now, whatever was before; none of them: there is nothing
/// of it that the log does not tell. Otherwise it is one event, which follows on the change before.</param>
/// <param name="Events">The events.</param>
public sealed record EphemeralChange(StreamName Subject, bool IsWhole, EquatableArray<DomainEvent> Events);
