using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Judges calls.</summary>
/// <remarks>Source: spec, policy 1 and 6; the texts are recorded.</remarks>
public static class PolicyEvaluator
{
    /// <summary>Judges a call; it never throws for what stands in a request or a rule.</summary>
    public static PolicyDecision Judge(PolicyRules rules, IPolicySystem system, PolicyRequest request) => Judge(rules, system, request, null);

    /// <summary>Judges a call, and tells how.</summary>
    public static PolicyExplanation Explain(PolicyRules rules, IPolicySystem system, PolicyRequest request)
    {
        var trace = new PolicyTrace();
        return trace.Explain(Judge(rules, system, request, trace));
    }

    private static PolicyDecision Judge(PolicyRules rules, IPolicySystem system, PolicyRequest request, PolicyTrace? trace)
    {
        var remarks = ImmutableArray<PolicyRemark>.Empty;
        if (PolicyRelays.WhyNot(system, request) is { } noRelay)
        {
            return new PolicyDecision(new PolicyDenied(null, noRelay, ClassName: "RequestError"), null, null, remarks);
        }

        var source = request.RequestedSource is { Length: > 0 } requested ? requested : request.Source;
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
            remarks = [NoSuchTarget(request.Target)];
            intended = new PolicyToken(PolicyTokenKind.Default, "", PolicyTokens.Default);
        }

        var call = new PolicyCall(source == request.Source ? request : request with { Source = source }, intended, system);
        PolicyRule? rule = null;
        try
        {
            rule = FirstOf(rules, call, request.Service, trace);
            var (verdict, more) = Judge(rules, system, call, request, rule, trace);
            return new PolicyDecision(verdict, call.Target, source, more is null ? remarks : remarks.Add(more));
        }
        catch (PolicyBreakdownException reason)
        {
            return new PolicyDecision(PolicyDenied.By(reason) with { Rule = rule }, call.Target, source, remarks);
        }
    }

    private static PolicyRule? FirstOf(PolicyRules rules, PolicyCall call, string service, PolicyTrace? trace)
    {
        foreach (var rule in trace is null ? rules.Of(service) : rules.All.AsSpan()) // who asks why wants to see the others, too
        {
            trace?.Consider(rule);
            var mismatch = call.MismatchOf(rule);
            trace?.Consider(rule, mismatch);
            if (mismatch == PolicyMismatch.None)
            {
                return rule;
            }
        }

        return null;
    }

    private static (PolicyVerdict Verdict, PolicyRemark? Remark) Judge(
        PolicyRules rules, IPolicySystem system, PolicyCall call, PolicyRequest request, PolicyRule? rule, PolicyTrace? trace) => rule?.Action switch
        {
            null => (new PolicyDenied(null, "no matching rule found"), null),
            PolicyAction.Deny => (new PolicyDenied(rule, "denied by policy " + rule.Place, rule.Notify), null),
            PolicyAction.Allow => Allow(system, call, rule),
            _ => PolicyQuestions.Ask(rules, system, call, request, rule, trace),
        };

    private static (PolicyVerdict Verdict, PolicyRemark? Remark) Allow(IPolicySystem system, PolicyCall call, PolicyRule rule)
    {
        var isGone = rule.Redirect is { Kind: PolicyTokenKind.Name or PolicyTokenKind.Uuid } named && PolicyNames.Find(system, named.Text) is null;
        return isGone
            ? (Allow(system, call, rule, PolicyTokens.Default), NoSuchTarget(rule.Redirect?.Text ?? ""))
            : (Allow(system, call, rule, rule.Redirect?.Text ?? (call.Target == PolicyTokens.AdminVm ? "dom0" : call.Target)), null);
    }

    private static PolicyVerdict Allow(IPolicySystem system, PolicyCall call, PolicyRule rule, string target)
    {
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

    private static PolicyRemark NoSuchTarget(string target) => new(true, $"qrexec: target {PythonText.Repr(target)} does not exist, using @default instead");

    private static string? WhyNoTemplate(IPolicySystem system, string template) =>
        PolicyNames.Find(system, template)?.IsTemplateForDisposables == true ? null : "not a template for dispvm: " + template;
}
