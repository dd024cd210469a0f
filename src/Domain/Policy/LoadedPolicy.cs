using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A policy as it was read.</summary>
/// <param name="Rules">The rules in order.</param>
/// <param name="Remarks">What a user may want to know, in the words of the original.</param>
/// <param name="Files">The files that it was read from, in the order in which they were first read.</param>
public sealed record LoadedPolicy(PolicyRules Rules, ImmutableArray<PolicyRemark> Remarks, ImmutableArray<string> Files);
