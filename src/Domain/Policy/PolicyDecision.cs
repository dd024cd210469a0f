using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>How a call was judged.</summary>
/// <param name="Verdict">What the policy says.</param>
/// <param name="Target">The target as it was understood: as requested, or <c>@default</c> when there is no such qube; null when the request was not understood.</param>
/// <param name="Source">The caller as it was understood; another one than the request's when it speaks for a qube on another host.</param>
/// <param name="Remarks">What a user may want to know.</param>
public sealed record PolicyDecision(PolicyVerdict Verdict, string? Target, string? Source, ImmutableArray<PolicyRemark> Remarks);
