using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What becomes of a call: the verdict of the policy, and whether the call can be made at all then.</summary>
/// <param name="Result"><c>allow</c>, <c>deny</c> or <c>ask</c>.</param>
/// <param name="Request">The call.</param>
/// <param name="Decision">The decision of the policy.</param>
/// <param name="Reason">Why it is denied; null otherwise.</param>
/// <param name="Remarks">What a user may want to know.</param>
internal sealed record PolicyOutcome(string Result, PolicyRequest Request, PolicyDecision Decision, string? Reason, ImmutableArray<PolicyRemark> Remarks)
{
    internal const string Allow = "allow";
    internal const string Deny = "deny";
    internal const string Ask = "ask";

    /// <summary>The rule that decided; null when none did.</summary>
    internal PolicyRule? Rule => Decision.Verdict.Rule;

    /// <summary>Whom an allowed call reaches; null otherwise.</summary>
    internal string? Target => Result == Allow && Decision.Verdict is PolicyAllowed allowed ? allowed.Target : null;

    /// <summary>What the user can choose; null when nobody is asked.</summary>
    internal PolicyAsked? Question => Decision.Verdict as PolicyAsked;

    /// <summary>Finds it.</summary>
    internal static PolicyOutcome Of(IPolicySystem system, PolicyRequest request, PolicyDecision decision)
    {
        var remarks = PolicyNames.Find(system, request.Source) is null
            ? decision.Remarks.Insert(0, new PolicyRemark(true, $"there is no qube {PythonText.Repr(request.Source)}"))
            : decision.Remarks;
        switch (decision.Verdict)
        {
            case PolicyAllowed allowed:
                var (_, refusal, remark) = PolicyAnswers.Execute(system, decision, allowed.Rule, allowed.Target, request);
                return new PolicyOutcome(refusal is null ? Allow : Deny, request, decision, refusal?.Reason, remark is null ? remarks : remarks.Add(remark));
            case PolicyAsked:
                return new PolicyOutcome(Ask, request, decision, null, remarks);
            default:
                return new PolicyOutcome(Deny, request, decision, ReasonOf(decision.Verdict as PolicyDenied), remarks);
        }
    }

    private static string? ReasonOf(PolicyDenied? denied) => denied is { IsUnanswered: true }
        ? $"the original fails here and answers nothing ({denied.ClassName}: {denied.Reason}), so the call is refused"
        : denied?.Reason;
}
