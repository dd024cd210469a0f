using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A request while it is answered.</summary>
/// <param name="Inquiry">What was asked.</param>
/// <param name="Request">The call that it is about.</param>
/// <param name="Qubes">The qubes of the moment when it was asked.</param>
/// <param name="Decision">What the policy of that moment says.</param>
internal sealed record PolicyMatter(PolicyInquiry Inquiry, PolicyRequest Request, IPolicySystem Qubes, PolicyDecision Decision)
{
    /// <summary>The requested target as it stands among those that can be chosen.</summary>
    internal string RequestedTarget => Decision.Target == PolicyTokens.AdminVm ? "dom0" : Decision.Target ?? PolicyTokens.Default;
}
