using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.firewall.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.firewall.*.</remarks>
internal sealed class FirewallCalls(TimeProvider time)
{
    internal void AddTo(AdminMethods methods)
    {
        methods.Read("admin.vm.firewall.Get", Get);
        methods.Change("admin.vm.firewall.Set", call =>
            new SetFirewall(call.Destination.Id, FirewallRuleParser.Read(call.Request.UntrustedPayload.Span)));
        methods.Change("admin.vm.firewall.Reload", call => new ReloadFirewall(call.Destination.Id));
    }

    private void Get(AdminCall call)
    {
        Firewalls.CheckHolder(call.Destination);
        call.Reply.Ok();
        foreach (var rule in Firewalls.InForce(call.Destination, time.GetUtcNow().ToUnixTimeSeconds()))
        {
            call.Reply.Append(FirewallRuleText.ToApi(rule)).Append("\n"u8);
        }
    }
}
