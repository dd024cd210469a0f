using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What stands about clients in the database of the qube that gives them their network.</summary>
/// <remarks>Source: spec, qubesdb.md 2 and 4. The firewall's keys use the address that a client really has, not one that it was made to believe in.</remarks>
internal static class NetworkKeys
{
    /// <summary>What the firewall's keys begin with.</summary>
    internal const string FirewallPrefix = "/qubes-firewall/";

    /// <summary>Who is connected, whether it runs or not.</summary>
    internal static void WriteConnected(DatabaseEdits edits, Qube provider)
    {
        if (!edits.Has(provider.Id))
        {
            return;
        }

        var clients = NetworkValues.Clients(edits.World, provider).ToList();
        edits.Write(provider.Id, "/connected-ips", Join(clients, client => NetworkValues.VisibleIp(edits.World, client)));
        edits.Write(provider.Id, "/connected-ips6", Join(clients, client => NetworkValues.Ip6(edits.World, client)));
    }

    /// <summary>What a client believes its addresses to be.</summary>
    internal static void WriteMapped(DatabaseEdits edits, Qube provider, Qube client)
    {
        if (NetworkValues.Ip(edits.World, client) is { } ip)
        {
            edits.WriteOrRemove(provider.Id, $"/mapped-ip/{ip}/visible-ip", NetworkValues.VisibleIp(edits.World, client));
            edits.WriteOrRemove(provider.Id, $"/mapped-ip/{ip}/visible-gateway", NetworkValues.VisibleGateway(edits.World, client));
        }
    }

    /// <summary>The rules of a client's firewall, under each address that it has.</summary>
    /// <param name="edits">What is written.</param>
    /// <param name="provider">Who filters.</param>
    /// <param name="client">Whose rules they are.</param>
    /// <param name="places">The rules' numbers; null when they are all there.</param>
    internal static void WriteFirewall(DatabaseEdits edits, Qube provider, Qube client, EquatableArray<int>? places = null)
    {
        if (edits.Has(provider.Id))
        {
            WriteFirewall(edits, provider, client, places, NetworkValues.Ip(edits.World, client), "dst6");
            WriteFirewall(edits, provider, client, places, NetworkValues.Ip6(edits.World, client), "dst4");
        }
    }

    /// <summary>Everything about a provider's clients, as far as they run.</summary>
    internal static void WriteClients(DatabaseEdits edits, Qube provider)
    {
        WriteConnected(edits, provider);
        foreach (var client in Running(edits, provider))
        {
            WriteMapped(edits, provider, client);
            WriteFirewall(edits, provider, client);
        }
    }

    /// <summary>The clients that have a domain, by name.</summary>
    internal static IEnumerable<Qube> Running(DatabaseEdits edits, Qube provider) =>
        edits.Active.Where(qube => NetworkValues.NetVm(edits.World, qube)?.Id == provider.Id);

    // A rule keeps its number in the whole list, so that the numbers have gaps where rules do not fit the family or have ended.
    private static void WriteFirewall(DatabaseEdits edits, Qube provider, Qube client, EquatableArray<int>? places, string? address, string otherFamily)
    {
        if (address is null)
        {
            return;
        }

        var place = FirewallPrefix + address;
        edits.RemoveBelow(provider.Id, place + "/");
        edits.Write(provider.Id, place + "/policy", "drop");
        var rules = client.Firewall ?? Firewalls.Default;
        for (var index = 0; index < rules.Count; index++)
        {
            var rule = rules[index];
            var number = places is { } known && index < known.Count ? known[index] : index;
            var isOther = rule.Destination is { } destination && FirewallDestination.KeyOf(destination) == otherFamily;
            if (!isOther && !rule.IsExpired(edits.Time.ToUnixTimeSeconds()))
            {
                edits.Write(provider.Id, string.Create(CultureInfo.InvariantCulture, $"{place}/{number:0000}"), FirewallRuleText.ToQubesDb(rule));
            }
        }

        edits.Write(provider.Id, place, "");
    }

    private static string Join(List<Qube> clients, Func<Qube, string?> address) => string.Join(' ', clients.Select(address).Where(text => text is not null));
}
