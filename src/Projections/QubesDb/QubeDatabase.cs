using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the daemon wrote into the database of one run of a qube; what the qube itself wrote is not known here.</summary>
/// <param name="Name">The qube's name.</param>
/// <param name="Run">The run's identity; empty for dom0.</param>
/// <param name="Since">The event with which the database came to be: all its keys follow from the events from there on.</param>
/// <param name="Keys">The keys, in the order of their bytes.</param>
public sealed record QubeDatabase(string Name, string Run, LogPosition Since, ImmutableSortedDictionary<string, string> Keys)
{
    /// <summary>No keys.</summary>
    public static readonly ImmutableSortedDictionary<string, string> NoKeys = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
