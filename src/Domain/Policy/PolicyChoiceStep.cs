using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A step on the way to the choices that a user is asked about.</summary>
/// <param name="Cause">Why they changed.</param>
/// <param name="Rule">The rule that changed them; null when none did.</param>
/// <param name="Added">What can be chosen from then on.</param>
/// <param name="Removed">What cannot.</param>
/// <remarks>Source: spec, policy 6, the paragraph on questions.</remarks>
public sealed record PolicyChoiceStep(PolicyChoiceCause Cause, PolicyRule? Rule, ImmutableArray<string> Added, ImmutableArray<string> Removed);
