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

        foreach (var qube in draft.World.InOrder().Where(NetworkDefaults.Follows).ToList())
        {
            var netvm = PropertyCatalog.Get(qube, "netvm");
            var effective = new PropertyChange(qube, netvm, change.New, change.Old);
            Properties.Announce(draft, "property-pre-set:", effective);
            LiveNetwork.Before(draft, effective);
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
            var reset = new PropertyChange(qube, PropertyCatalog.Get(qube, "netvm"), null, change.Old);
            var effective = reset with { New = PropertyValues.Get(draft.World, qube, "netvm") };
            if (effective.New != effective.Old)
            {
                LiveNetwork.After(draft, effective);
                Properties.Announce(draft, "property-set:", effective);
            }

            Properties.Announce(draft, "property-reset:", reset);
        }
    }
}
