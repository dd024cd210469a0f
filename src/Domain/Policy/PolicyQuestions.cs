using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What users can choose when the policy asks them.</summary>
/// <remarks>Source: spec, policy 6, the paragraph on questions.</remarks>
internal static class PolicyQuestions
{
    internal static (PolicyVerdict Verdict, PolicyRemark? Remark) Ask(
        PolicyRules rules, IPolicySystem system, PolicyCall call, PolicyRequest request, PolicyRule rule)
    {
        var choices = system.Choices;
        if (WhyNot(rules, system, call, request, rule) is { } problem)
        {
            return (problem, null);
        }

        var targets = rule.Redirect is { } only ? Single(choices, call, only) : Collect(rules, choices, call, request);
        Remove(targets, choices.Hidden);
        Set(choices, targets, call.Source?.Name, false);
        if (!rule.Autostart)
        {
            Keep(targets, choices.Running());
        }

        var names = choices.Names(targets);
        if (names.IsEmpty)
        {
            return (new PolicyDenied(rule, $"policy define 'ask' action at {rule.Place} but no target is available to choose from"), null);
        }

        var suggested = rule.DefaultTarget is { } token ? Suggested(call, token) : null;
        if (suggested is null || names.Contains(suggested))
        {
            return (new PolicyAsked(rule, names, suggested), null);
        }

        var remark = $"warning: policy define default_target={suggested} at {rule.Place} but it is not among allowed targets ({string.Join(", ", names)})";
        return (new PolicyAsked(rule, names, null), new PolicyRemark(true, remark));
    }

    private static PolicyDenied? WhyNot(PolicyRules rules, IPolicySystem system, PolicyCall call, PolicyRequest request, PolicyRule rule) => null;

    private static ulong[] Collect(PolicyRules rules, PolicyChoices choices, PolicyCall call, PolicyRequest request)
    {
        var targets = choices.Empty;
        var all = rules.Of(request.Service);
        for (var place = all.Length - 1; place >= 0; place--)
        {
            var rule = all[place];
            if (!rule.IsAbout(request.Service, request.Argument) || !call.IsFrom(rule.Source))
            {
                continue;
            }

            if (rule.Target.Kind == PolicyTokenKind.Disposable)
            {
                Set(choices, targets, DefaultDisposable(call), rule.Action != PolicyAction.Deny);
            }
            else if (rule.Action == PolicyAction.Deny)
            {
                Remove(targets, choices.Of(rule.Target));
            }
            else
            {
                Add(targets, choices.Of(rule.Target));
            }
        }

        return targets;
    }

    private static ulong[] Single(PolicyChoices choices, PolicyCall call, PolicyToken token)
    {
        var targets = choices.Empty;
        if (token.Kind == PolicyTokenKind.Disposable)
        {
            Set(choices, targets, DefaultDisposable(call), true);
        }
        else
        {
            Add(targets, choices.Of(token));
        }

        return targets;
    }

    private static string? Suggested(PolicyCall call, PolicyToken token) =>
        token.Kind == PolicyTokenKind.Disposable ? DefaultDisposable(call) : token.Text;

    private static string? DefaultDisposable(PolicyCall call) =>
        call.Source?.DefaultDisposableTemplate is { } template ? PolicyTokens.DisposableOf + template : null;

    private static void Set(PolicyChoices choices, ulong[] targets, string? name, bool present)
    {
        if (name is not null && choices.PlaceOf(name) is >= 0 and var place)
        {
            var bit = 1UL << (place % 64);
            targets[place / 64] = present ? targets[place / 64] | bit : targets[place / 64] & ~bit;
        }
    }

    private static void Add(ulong[] targets, ulong[] more)
    {
        for (var word = 0; word < targets.Length; word++)
        {
            targets[word] |= more[word];
        }
    }

    private static void Remove(ulong[] targets, ulong[] less)
    {
        for (var word = 0; word < targets.Length; word++)
        {
            targets[word] &= ~less[word];
        }
    }

    private static void Keep(ulong[] targets, ulong[] only)
    {
        for (var word = 0; word < targets.Length; word++)
        {
            targets[word] &= only[word];
        }
    }
}
