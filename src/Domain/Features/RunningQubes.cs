using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What a decision on a report has to know of running qubes.</summary>
/// <param name="Qubes">The qubes that run.</param>
/// <param name="Outdated">Those among them that run on volumes of which there are newer versions.</param>
public sealed record RunningQubes(IImmutableSet<QubeId> Qubes, IImmutableSet<QubeId> Outdated)
{
    /// <summary>Nothing runs.</summary>
    public static readonly RunningQubes None = new(ImmutableHashSet<QubeId>.Empty, ImmutableHashSet<QubeId>.Empty);
}
