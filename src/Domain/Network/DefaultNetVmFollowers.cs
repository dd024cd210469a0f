namespace Qubes.Cqrs.Domain;

/// <summary>Those who follow the default network hear of its change.</summary>
/// <remarks>Source: spec, properties.yaml, default_netvm; addenda 13. Resetting it says nothing.</remarks>
public sealed class DefaultNetVmFollowers : Reaction
{
    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (!change.IsGlobal("default_netvm"))
        {
            return;
        }

        foreach (var qube in draft.World.InOrder().Where(NetworkDefaults.Follows))
        {
            var netvm = PropertyCatalog.Get(qube, "netvm");
            Properties.Announce(draft, "property-pre-set:", new PropertyChange(qube, netvm, change.New, change.Old));
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (!change.IsGlobal("default_netvm"))
        {
            return;
        }

        foreach (var qube in draft.World.InOrder().Where(NetworkDefaults.Follows))
        {
            var netvm = PropertyCatalog.Get(qube, "netvm");
            Properties.Announce(draft, "property-reset:", new PropertyChange(qube, netvm, null, change.Old));
        }
    }
}
