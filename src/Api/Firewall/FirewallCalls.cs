using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.firewall.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.firewall.*. What somebody put into the folder of a qube for which nothing was set is in
/// force, and taken over: docs/adr/0004-foreign-store.md.</remarks>
internal sealed class FirewallCalls(AdminMethods methods, QubeFileReader files, TimeProvider time)
{
    internal void Add()
    {
        methods.Serve("admin.vm.firewall.Get", GetAsync);
        methods.Change("admin.vm.firewall.Set", call =>
            new SetFirewall(call.Destination.Id, FirewallRuleParser.Read(call.Request.UntrustedPayload.Span)));
        methods.Change("admin.vm.firewall.Reload", call => new ReloadFirewall(call.Destination.Id));
    }

    private async ValueTask GetAsync(AdminCall call)
    {
        Firewalls.CheckHolder(call.Destination);
        var rules = call.Destination.Firewall;
        if (rules is null && files.FindFirewall(call.Destination) is { } found)
        {
            await methods.AdoptAsync(new AdoptFirewall(call.Destination.Id, found), call.Ct).ConfigureAwait(false);
            rules = found;
        }

        call.Reply.Ok();
        foreach (var rule in Firewalls.InForce(rules, time.GetUtcNow().ToUnixTimeSeconds()))
        {
            call.Reply.Append(FirewallRuleText.ToApi(rule)).Append("\n"u8);
        }
    }
}
