using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>How the state in force differs from the one that may lie on a persistent disk.</summary>
/// <param name="Kept">The state without what must be forgotten: exactly what the log gives.</param>
/// <param name="Subjects">What differs: disposables that go when they stop, and whatever refers to one.</param>
/// <remarks>docs/adr/0005-ephemeral.md.</remarks>
public sealed record Apart(World Kept, ImmutableHashSet<StreamName> Subjects);
