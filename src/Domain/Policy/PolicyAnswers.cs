namespace Qubes.Cqrs.Domain;

/// <summary>What the policy daemon answers.</summary>
/// <remarks>Source: spec, policy 6, the table of result texts.</remarks>
public static class PolicyAnswers
{
    /// <summary>A call is refused.</summary>
    public const string Denied = "result=deny";

    /// <summary>A call is allowed, when nothing more was asked.</summary>
    public const string Allowed = "result=allow";

    /// <summary>What makes an allowed call possible: who is reached, how and as whom.</summary>
    /// <param name="system">The qubes.</param>
    /// <param name="decision">The decision, whose verdict may be a question that was answered.</param>
    /// <param name="rule">The rule that decided.</param>
    /// <param name="target">Whom the call reaches: that of the verdict, or the user's choice.</param>
    /// <param name="request">The request.</param>
    /// <returns>The text, or why the call cannot be made after all; and what a user may want to know.</returns>
    public static (string? Text, PolicyDenied? Refusal, PolicyRemark? Remark) Execute(
        IPolicySystem system, PolicyDecision decision, PolicyRule rule, string target, PolicyRequest request)
    {
        var qube = PolicyNames.Find(system, target);
        if (target == decision.Source)
        {
            return (null, new PolicyDenied(rule, "loopback qrexec connection not supported"), null);
        }

        var start = $"autostart={(rule.Autostart ? "True" : "False")}\nrequested_target={decision.Target}";
        var end = request.RequestedSource is not { Length: > 0 } ? "" : $"\npolicy_source={request.RequestedSource}";
        var user = rule.User ?? "DEFAULT";
        if (PolicyTokens.IsDom0(target))
        {
            return ($"user={user}\nresult=allow\ntarget=dom0\n{start}", null, null);
        }

        if (target.StartsWith(PolicyTokens.DisposableOf, StringComparison.Ordinal))
        {
            var template = PolicyNames.Find(system, target[PolicyTokens.DisposableOf.Length..]);
            return ($"user={user}\nresult=allow\ntarget={target}\ntarget_uuid={PolicyTokens.DisposableOf}uuid:{template?.Uuid}\n{start}{end}", null, null);
        }

        return qube?.ClassName == "RemoteVM"
            ? Remote(system, decision, qube, rule, request, start, end)
            : ($"user={user}\nresult=allow\ntarget={target}\ntarget_uuid=uuid:{qube?.Uuid}\n{start}{end}", null, null);
    }

    /// <summary>The answer to a question that is taken for answered: the requested target is called, if it can be chosen.</summary>
    /// <param name="system">The qubes.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="asked">Its verdict.</param>
    /// <param name="request">The request.</param>
    /// <returns>As <see cref="Execute"/>.</returns>
    public static (string? Text, PolicyDenied? Refusal, PolicyRemark? Remark) AssumeYes(
        IPolicySystem system, PolicyDecision decision, PolicyAsked asked, PolicyRequest request)
    {
        var target = decision.Target == PolicyTokens.AdminVm ? "dom0" : decision.Target ?? PolicyTokens.Default;
        return asked.Targets.Contains(target)
            ? Execute(system, decision, asked.Rule, target, request)
            : (null, new PolicyDenied(asked.Rule, $"target {target} is not a valid choice"), null);
    }

    private static (string? Text, PolicyDenied? Refusal, PolicyRemark? Remark) Remote(
        IPolicySystem system, PolicyDecision decision, IPolicyQube qube, PolicyRule rule, PolicyRequest request, string start, string end)
    {
        var remark = rule.User is null ? null : new PolicyRemark(true, "Ignoring user directive in policy. This is not supported in the case of RemoveVM.");
        if (qube.RelayVm is not { } relayName || system.Find(relayName) is not { } relay)
        {
            return (null, new PolicyDenied(rule, qube.Name + ": relayvm is not set"), remark);
        }

        if (qube.TransportRpc is not { Length: > 0 } transport)
        {
            return (null, new PolicyDenied(rule, qube.Name + ": transport RPC is not set"), remark);
        }

        var service = $"service={transport}+{decision.Target}+{request.Service}{request.Argument}";
        return ($"user=DEFAULT\nresult=allow\ntarget={relay.Name}\ntarget_uuid=uuid:{relay.Uuid}\n{start}\n{service}{end}", null, remark);
    }
}
