using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A policy that was read to its end.</summary>
/// <param name="Policy">What could be read; it is not in force as long as there are faults.</param>
/// <param name="Faults">All that is wrong, each once, in the order of reading.</param>
public sealed record PolicyReport(LoadedPolicy Policy, ImmutableArray<PolicyException> Faults);
