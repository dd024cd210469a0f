using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What the policy says of a call.</summary>
/// <param name="Rule">The rule that decided; null when none matched or the request could not be judged.</param>
/// <remarks>Source: spec, policy 1 and 6; what the recordings of evaluations call their result.</remarks>
public abstract record PolicyVerdict(PolicyRule? Rule);

/// <summary>The call is made.</summary>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Target">Whom it reaches: a name, <c>uuid:…</c>, <c>dom0</c>, <c>@dispvm:…</c>.</param>
public sealed record PolicyAllowed(PolicyRule Rule, string Target) : PolicyVerdict(Rule)
{
    /// <summary>The rule that decided.</summary>
    public new PolicyRule Rule { get; } = Rule;
}

/// <summary>The user decides.</summary>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Targets">What can be chosen: names and <c>@dispvm:…</c>, sorted.</param>
/// <param name="DefaultTarget">What is suggested; null for nothing.</param>
public sealed record PolicyAsked(PolicyRule Rule, ImmutableArray<string> Targets, string? DefaultTarget) : PolicyVerdict(Rule)
{
    /// <summary>The rule that decided.</summary>
    public new PolicyRule Rule { get; } = Rule;
}

/// <summary>The call is refused.</summary>
/// <param name="Rule">The rule that decided; null when none matched.</param>
/// <param name="Reason">Why, in the words of the original.</param>
/// <param name="Notify">Whether the user is told.</param>
/// <param name="ClassName">The name that the original gives the error.</param>
/// <param name="IsUnanswered">Whether the original answers nothing at all, since it did not expect this.</param>
public sealed record PolicyDenied(PolicyRule? Rule, string Reason, bool Notify = true, string ClassName = "AccessDenied", bool IsUnanswered = false)
    : PolicyVerdict(Rule)
{
    /// <summary>Everything is refused, since the policy or the request cannot be used.</summary>
    public static PolicyDenied By(PolicyException reason) => new(null, reason.Message, true, reason.ClassName, reason.IsUnanswered);
}
