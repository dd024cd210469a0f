using System.Collections.Immutable;

namespace Qubes.Cqrs.Projections;

/// <summary>What one event does to the databases.</summary>
/// <param name="State">The databases after it.</param>
/// <param name="Changes">What to write, in this order.</param>
public readonly record struct QubesDbStep(QubesDbState State, ImmutableArray<DatabaseChange> Changes);
