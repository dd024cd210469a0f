using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What a store says, as the first events of a new log.</summary>
/// <param name="Events">The facts; what the host contributes and the notes are not among them, since they are not in the store.</param>
/// <param name="Warnings">What was left out or changed.</param>
public sealed record QubesXmlImport(EquatableArray<DomainEvent> Events, EquatableArray<QubesXmlWarning> Warnings);
