using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The services of dom0 that are switched on: each is a file in a folder that dom0's own programs look at.</summary>
/// <remarks>Source: spec, extensions.md, services.</remarks>
public static class Dom0Services
{
    /// <summary>The folder.</summary>
    public const string Folder = "/var/run/qubes-service";

    /// <summary>The longest name that a file can have.</summary>
    private const int MaxNameBytes = 255;

    /// <summary>More files than that are not made: an imported store may hold any number of features.</summary>
    private const int MaxServices = 1000;

    /// <summary>The names of the files; of too many the first in ordinal order. Never one that leads elsewhere.</summary>
    public static ImmutableSortedSet<string> Of(World world) => world.Find(QubeId.Dom0) is not { } dom0
        ? []
        : dom0.Features.Where(feature => feature.Value.Length > 0 && feature.Key.StartsWith(ServiceNames.Prefix, StringComparison.Ordinal))
            .Select(feature => feature.Key[ServiceNames.Prefix.Length..])
            .Where(IsFileName)
            .Order(StringComparer.Ordinal)
            .Take(MaxServices)
            .ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>Whether a file of this name can belong to a service.</summary>
    public static bool IsFileName(string name) =>
        ServiceNames.FaultOf(name) is null && name.Length <= MaxNameBytes && name.All(character => character is > ' ' and <= '~');
}
