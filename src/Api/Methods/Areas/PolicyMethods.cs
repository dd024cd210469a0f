using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>The policy, which a script and the policy daemon of dom0 serve, not this daemon.</summary>
internal static class PolicyMethods
{
    // Columns: name, argument, payload, destination; no classification.
    internal static AdminMethod[] Rows =>
    [
        Elsewhere("policy.List", Forbidden, Forbidden, AdminVm),
        Elsewhere("policy.include.List", Forbidden, Forbidden, AdminVm),
        Elsewhere("policy.Get", Required, Forbidden, AdminVm),
        Elsewhere("policy.include.Get", Required, Forbidden, AdminVm),
        Elsewhere("policy.Replace", Required, Required, AdminVm),
        Elsewhere("policy.include.Replace", Required, Required, AdminVm),
        Elsewhere("policy.Remove", Required, Required, AdminVm),
        Elsewhere("policy.include.Remove", Required, Required, AdminVm),
        Elsewhere("policy.GetFiles", Required, Forbidden, AdminVm),
        Elsewhere("policy.EvalSimple", Required, Required, AdminVm),
        Elsewhere("policy.EvalGUI", Required, Required, AdminVm),
    ];
}
