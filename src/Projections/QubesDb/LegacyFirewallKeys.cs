using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The rules of clients for network qubes whose agent cannot read them by itself.</summary>
/// <remarks>Source: spec, qubesdb.md 2, legacy iptables text; extensions.md, r3compatibility.</remarks>
internal static class LegacyFirewallKeys
{
    /// <summary>Writes the rules of all clients that run, as far as they are others than before, and has them loaded.</summary>
    /// <remarks>Nothing for an agent that reads rules itself. It looks at the trigger alone, so what is the same need not be written again.</remarks>
    internal static void Write(DatabaseEdits edits, Qube provider)
    {
        if (!edits.Has(provider.Id) || !string.IsNullOrEmpty(FeatureLookup.WithTemplate(edits.World, provider, "qubes-firewall")))
        {
            return;
        }

        edits.Write(provider.Id, "/qubes-iptables-header", LegacyFirewallText.Header(edits.Time));
        foreach (var client in NetworkKeys.Running(edits, provider))
        {
            WriteClient(edits, provider, client);
        }

        edits.Write(provider.Id, "/qubes-iptables", "reload");
    }

    private static void WriteClient(DatabaseEdits edits, Qube provider, Qube client)
    {
        if (PowerStates.Active(edits.World, client.Id) is { Xid: >= 0 } run && NetworkValues.Ip(edits.World, client) is { } ip)
        {
            var rules = Firewalls.InForce(client.Firewall, edits.Time.ToUnixTimeSeconds());
            edits.WriteIfNew(
                provider.Id,
                string.Create(CultureInfo.InvariantCulture, $"/qubes-iptables-domainrules/{run.Xid}"),
                LegacyFirewallText.OfClient(ip, rules));
        }
    }
}
