using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>What users can choose when the policy asks them.</summary>
/// <remarks>Source: spec, policy 6, the paragraph on questions; the recordings have its corners.</remarks>
internal static class PolicyQuestions
{
    internal static (PolicyVerdict Verdict, PolicyRemark? Remark) Ask(
        PolicyRules rules, IPolicySystem system, PolicyCall call, PolicyRequest request, PolicyRule rule, PolicyTrace? trace)
    {
        var names = rule.Redirect is { } only ? Single(system, only.Text, rule) : Collect(rules, system, call, request, rule, trace);
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

    /// <summary>The only choice that a rule leaves: nobody asks whether it exists.</summary>
    private static ImmutableArray<string> Single(IPolicySystem system, string target, PolicyRule rule) =>
        rule.Autostart || target == "dom0" || PolicyNames.Find(system, target)?.IsRunning == true ? [target] : [];

    private static ImmutableArray<string> Collect(PolicyRules rules, IPolicySystem system, PolicyCall call, PolicyRequest request, PolicyRule rule, PolicyTrace? trace)
    {
        var choices = system.Choices;
        var targets = choices.Empty;
        var all = rules.About(request.Service);
        var sets = choices.SetsOf(all);
        foreach (var place in sets.From(call, request))
        {
            var one = all[place];
            if (!one.IsAbout(request.Service, request.Argument))
            {
                continue;
            }

            if (one.Action == PolicyAction.Deny)
            {
                Remove(targets, sets.TargetsOf(place));
            }
            else
            {
                Add(targets, sets.TargetsOf(place));
            }

            trace?.Choose(one, PolicyChoiceCause.Rule, choices.Names(targets));
        }

        ResolveDisposable(choices, targets, call, request);
        trace?.Choose(null, PolicyChoiceCause.DefaultDisposable, choices.Names(targets));
        Remove(targets, choices.Hidden);
        trace?.Choose(null, PolicyChoiceCause.Internal, choices.Names(targets));
        Clear(choices, targets, call.Source?.Name);
        trace?.Choose(null, PolicyChoiceCause.Caller, choices.Names(targets));
        if (!rule.Autostart)
        {
            Keep(targets, choices.Running(system));
            trace?.Choose(null, PolicyChoiceCause.NotRunning, choices.Names(targets));
        }

        return choices.Names(targets);
    }

    /// <summary>Puts the template of the caller's disposables in the place of <c>@dispvm</c>.</summary>
    private static void ResolveDisposable(PolicyChoices choices, ulong[] targets, PolicyCall call, PolicyRequest request)
    {
        if (Clear(choices, targets, PolicyTokens.Disposable))
        {
            var source = call.Source ?? throw new PolicyBreakdownException("KeyError", PythonText.Repr(request.Source));
            if (source.DefaultDisposableTemplate is { } template)
            {
                var place = choices.PlaceOf(PolicyTokens.DisposableOf + template);
                place = place >= 0 ? place : throw new PolicyBreakdownException("KeyError", PythonText.Repr(template));
                targets[place / 64] |= 1UL << (place % 64);
            }
        }

        if (Clear(choices, targets, PolicyChoices.Unknown))
        {
            throw new PolicyBreakdownException("KeyError", "a template of disposables does not exist");
        }
    }

    private static string? Suggested(PolicyCall call, PolicyToken token) => token.Kind switch
    {
        PolicyTokenKind.AdminVm => "dom0",
        PolicyTokenKind.Disposable => call.Source?.DefaultDisposableTemplate is { } template ? PolicyTokens.DisposableOf + template : null,
        _ => token.Text,
    };

    private static bool Clear(PolicyChoices choices, ulong[] targets, string? name)
    {
        if (name is null || choices.PlaceOf(name) is not (>= 0 and var place))
        {
            return false;
        }

        var bit = 1UL << (place % 64);
        var was = (targets[place / 64] & bit) != 0;
        targets[place / 64] &= ~bit;
        return was;
    }

    private static void Add(Span<ulong> targets, ReadOnlySpan<ulong> more)
    {
        for (var word = 0; word < targets.Length && word < more.Length; word++)
        {
            targets[word] |= more[word];
        }
    }

    private static void Remove(Span<ulong> targets, ReadOnlySpan<ulong> less)
    {
        for (var word = 0; word < targets.Length && word < less.Length; word++)
        {
            targets[word] &= ~less[word];
        }
    }

    private static void Keep(Span<ulong> targets, ReadOnlySpan<ulong> only)
    {
        for (var word = 0; word < targets.Length && word < only.Length; word++)
        {
            targets[word] &= only[word];
        }
    }
}
