using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Judges calls.</summary>
/// <remarks>Source: spec, policy 1 and 6; the texts are recorded.</remarks>
public static class PolicyEvaluator
{
    /// <summary>Judges a call; it never throws for what stands in a request or a rule.</summary>
    public static PolicyDecision Judge(PolicyRules rules, IPolicySystem system, PolicyRequest request)
    {
        var remarks = ImmutableArray<PolicyRemark>.Empty;
        if (PolicyRelays.WhyNot(system, request) is { } reason)
        {
            return new PolicyDecision(new PolicyDenied(null, reason, ClassName: "RequestError"), null, null, remarks);
        }

        var source = request.RequestedSource ?? request.Source;
        PolicyToken intended;
        try
        {
            intended = PolicyTokens.Parse(request.Target, PolicyTokenRole.Intended);
        }
        catch (PolicyWordException problem)
        {
            return new PolicyDecision(PolicyDenied.By(new PolicySyntaxException("<unknown>", 0, problem.Message, 0, problem.Expected)), null, null, remarks);
        }

        if (intended.Kind == PolicyTokenKind.DisposableOf && WhyNoTemplate(system, intended.Value) is { } refusal)
        {
            return new PolicyDecision(new PolicyDenied(null, refusal), null, null, remarks);
        }

        if (intended.Kind is PolicyTokenKind.Name or PolicyTokenKind.Uuid && PolicyNames.Find(system, request.Target) is null)
        {
            remarks = [new PolicyRemark(true, $"qrexec: target {PythonText.Repr(request.Target)} does not exist, using @default instead")];
            intended = new PolicyToken(PolicyTokenKind.Default, "", PolicyTokens.Default);
        }

        var call = new PolicyCall(request with { Source = source }, intended, system);
        var (verdict, more) = Judge(rules, system, call, request);
        return new PolicyDecision(verdict, call.Target, source, more is null ? remarks : remarks.Add(more));
    }

    private static (PolicyVerdict Verdict, PolicyRemark? Remark) Judge(PolicyRules rules, IPolicySystem system, PolicyCall call, PolicyRequest request)
    {
        foreach (var rule in rules.Of(request.Service))
        {
            if (call.IsMatchedBy(rule))
            {
                return rule.Action switch
                {
                    PolicyAction.Deny => (new PolicyDenied(rule, "denied by policy " + rule.Place, rule.Notify), null),
                    PolicyAction.Allow => (Allow(system, call, rule), null),
                    _ => PolicyQuestions.Ask(rules, system, call, request, rule),
                };
            }
        }

        return (new PolicyDenied(null, "no matching rule found"), null);
    }

    private static PolicyVerdict Allow(IPolicySystem system, PolicyCall call, PolicyRule rule)
    {
        var target = rule.Redirect?.Text ?? (call.Target == PolicyTokens.AdminVm ? "dom0" : call.Target);
        if (target == PolicyTokens.Default)
        {
            return new PolicyDenied(rule, $"policy define 'allow' action at {rule.Place} but no target is specified by caller or policy");
        }

        if (target == PolicyTokens.Disposable)
        {
            if (call.Source?.DefaultDisposableTemplate is not { } template)
            {
                return new PolicyDenied(rule, $"policy define 'allow' action to @dispvm at {rule.Place} but no DispVM base is set for this VM");
            }

            target = PolicyTokens.DisposableOf + template;
        }
        else if (rule.Redirect is { Kind: PolicyTokenKind.DisposableOf } redirect && WhyNoTemplate(system, redirect.Value) is { } refusal)
        {
            return new PolicyDenied(rule, refusal);
        }

        return !rule.Autostart && NeedsStart(system, target)
            ? new PolicyDenied(rule, $"target {target} is denied because it would require autostart", Notify: false)
            : new PolicyAllowed(rule, target);
    }

    private static bool NeedsStart(IPolicySystem system, string target) =>
        target.StartsWith(PolicyTokens.DisposableOf, StringComparison.Ordinal) ||
        (!PolicyTokens.IsDom0(target) && PolicyNames.Find(system, target)?.IsRunning != true);

    private static string? WhyNoTemplate(IPolicySystem system, string template) =>
        PolicyNames.Find(system, template)?.IsTemplateForDisposables == true ? null : "not a template for dispvm: " + template;
}
