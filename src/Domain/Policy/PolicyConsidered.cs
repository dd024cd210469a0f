namespace Qubes.Cqrs.Domain;

/// <summary>A rule that a call was held against.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Mismatch">Why it does not decide.</param>
public sealed record PolicyConsidered(PolicyRule Rule, PolicyMismatch Mismatch);
