using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>The files of the policy, for the services of dom0 that pass such calls on; and what the policy daemon serves.</summary>
internal static class PolicyMethods
{
    // Columns: name, argument, payload, destination; no classification.
    internal static AdminMethod[] Rows =>
    [
        PassedOn("policy.List", Forbidden, Forbidden, AdminVm),
        PassedOn("policy.include.List", Forbidden, Forbidden, AdminVm),
        PassedOn("policy.Get", Required, Forbidden, AdminVm),
        PassedOn("policy.include.Get", Required, Forbidden, AdminVm),
        PassedOn("policy.Replace", Required, Required, AdminVm),
        PassedOn("policy.include.Replace", Required, Required, AdminVm),
        PassedOn("policy.Remove", Required, Required, AdminVm),
        PassedOn("policy.include.Remove", Required, Required, AdminVm),
        PassedOn("policy.GetFiles", Required, Forbidden, AdminVm),
        Elsewhere("policy.EvalSimple", Required, Required, AdminVm),
        Elsewhere("policy.EvalGUI", Required, Required, AdminVm),
    ];
}
