namespace Qubes.Cqrs.Domain;

/// <summary>Addresses that others see follow a qube's own.</summary>
/// <remarks>Source: spec, properties.yaml, ip, ip6, provides_network; addenda 13.</remarks>
public sealed class AddressChange : Reaction
{
    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        switch (change)
        {
            case { Holder: { } qube, Name: "ip" }:
                AnnounceIp(draft, qube, "");
                break;
            case { Holder: { } qube, Name: "ip6" }:
                AnnounceIp(draft, qube, "6");
                break;
            case { Holder: { } qube, Name: "provides_network" } when change.New != change.Old:
                AnnounceGateways(draft, qube);
                break;
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change)
    {
        switch (change)
        {
            case { Holder: { } qube, Name: "ip" }:
                AnnounceIp(draft, qube, "");
                break;
            case { Holder: { } qube, Name: "provides_network" } when change.Old == PropertyValue.True:
                AnnounceGateways(draft, qube);
                break;
        }
    }

    // What follows from an address has the version in its name as the address has: nothing, or 6.
    private static void AnnounceIp(Draft draft, Qube qube, string version)
    {
        if (NetworkValues.ProvidesNetwork(qube))
        {
            Properties.AnnounceReset(draft, qube, "gateway" + version);
        }

        Properties.AnnounceReset(draft, qube, "visible_ip" + version);
        foreach (var client in NetworkValues.Clients(draft.World, qube))
        {
            Properties.AnnounceReset(draft, client, "visible_gateway" + version);
        }
    }

    private static void AnnounceGateways(Draft draft, Qube qube)
    {
        Properties.AnnounceReset(draft, qube, "gateway");
        Properties.AnnounceReset(draft, qube, "gateway6");
    }
}
