namespace Qubes.Cqrs.Domain;

/// <summary>The icon follows the label, the purpose and the role of a qube.</summary>
/// <remarks>Source: spec, properties.yaml, icon; the recordings say for which changes it is announced.</remarks>
public sealed class IconChange : Reaction
{
    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.Holder is { IsLocal: true, IsDom0: false } qube && (change.Name is "label" or "provides_network" or "template_for_dispvms"))
        {
            Properties.AnnounceReset(draft, qube, "icon");
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("provides_network") && change.Old == PropertyValue.True)
        {
            Properties.AnnounceReset(draft, change.Holder!, "icon"); // a qube's
        }
    }
}
