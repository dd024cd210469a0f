using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The databases of everything that runs, at one position of the log.</summary>
/// <remarks>A run whose beginning was not folded has no entry here, and what is written to it is left out:
/// <see cref="QubesDbReplay"/> finds where to begin.</remarks>
public sealed record QubesDbState
{
    /// <summary>Before the first event.</summary>
    public static readonly QubesDbState Empty = new();

    /// <summary>The last event folded into it.</summary>
    public LogPosition Position { get; init; } = LogPosition.Start;

    /// <summary>By qube; dom0 among them.</summary>
    public ImmutableDictionary<QubeId, QubeDatabase> Databases { get; init; } = ImmutableDictionary<QubeId, QubeDatabase>.Empty;

    /// <summary>The database of a qube, or null.</summary>
    public QubeDatabase? Find(QubeId qube) => Databases.GetValueOrDefault(qube);
}
