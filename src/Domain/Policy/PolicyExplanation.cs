using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>How a call was judged, and how it came to that.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Considered">The rules in order, up to the one that decided; those about other services as well.</param>
/// <param name="Choices">How the choices of a question came about; empty when nobody is asked, or about one target only.</param>
public sealed record PolicyExplanation(PolicyDecision Decision, ImmutableArray<PolicyConsidered> Considered, ImmutableArray<PolicyChoiceStep> Choices);
