using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What a caller wants to be created.</summary>
/// <param name="Class">The class.</param>
/// <param name="Name">The name, already checked; null is for a disposable that is named after its number and goes when it stops.</param>
/// <param name="Label">The index of its label; null for a disposable whose template has none.</param>
/// <param name="Template">The name of its template; null takes the default.</param>
/// <param name="Pool">A pool for all volumes that are neither read-only nor snapshots, or null.</param>
/// <param name="Pools">Pools by volume.</param>
/// <param name="Id">The identity to give it (random).</param>
/// <param name="FirstDispId">Where to start looking for a free number for a disposable, 0 to 9999 (random).</param>
public sealed record NewQube(
    QubeClass Class,
    string? Name,
    int? Label,
    string? Template,
    string? Pool,
    EquatableArray<NamedText> Pools,
    QubeId Id,
    int FirstDispId)
{
    /// <summary>The numbers that disposables had until lately, to be given again only when there are no others.</summary>
    public ImmutableHashSet<int> RecentDispIds { get; init; } = [];

    /// <summary>Whether it is a disposable that is made to wait until somebody needs it.</summary>
    public bool IsPreload { get; init; }
}
