namespace Qubes.Cqrs.Domain;

/// <summary>Going back to the default network is a change of network, when it is another one.</summary>
/// <remarks>Source: spec, properties.yaml, netvm.</remarks>
public sealed class NetVmChange : Reaction
{
    /// <inheritdoc/>
    public override void BeforePropertyReset(Draft draft, PropertyChange change)
    {
        if (!change.IsOfQube("netvm"))
        {
            return;
        }

        var effective = AsSet(draft, change);
        if (draft.World.Find(effective.New?.AsQube()) is { } netvm && NetworkValues.LeadsTo(draft.World, netvm, change.Holder!.Id)) // a qube's
        {
            throw new InvalidValueException("Loops in network are unsupported");
        }

        if (effective.New != effective.Old)
        {
            Properties.Announce(draft, "property-pre-set:", effective);
            LiveNetwork.Before(draft, effective);
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("netvm") && AsSet(draft, change) is var effective && effective.New != effective.Old)
        {
            LiveNetwork.After(draft, effective);
            Properties.Announce(draft, "property-set:", effective);
        }
    }

    private static PropertyChange AsSet(Draft draft, PropertyChange change) =>
        change with { New = change.Property.Default!(draft.World, change.Holder) }; // netvm has a default
}
