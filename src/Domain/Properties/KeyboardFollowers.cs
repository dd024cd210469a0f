namespace Qubes.Cqrs.Domain;

/// <summary>Qubes shown by a guivm follow its keyboard.</summary>
/// <remarks>Source: spec, properties.yaml, keyboard_layout.</remarks>
public sealed class KeyboardFollowers : Reaction
{
    private const string Property = "keyboard_layout";

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (!change.IsOfQube(Property) || change.New == change.Old)
        {
            return;
        }

        var followers = draft.World.InOrder().Where(qube =>
            qube is { IsLocal: true, IsDom0: false } && qube.Id != change.Holder!.Id && !qube.Properties.ContainsKey(Property) && // a qube's
            PropertyValues.GetQube(draft.World, qube, "guivm")?.Id == change.Holder.Id);
        foreach (var qube in followers)
        {
            var own = PropertyCatalog.Get(qube, Property);
            Properties.Announce(draft, "property-reset:", new PropertyChange(qube, own, null, change.Old));
        }
    }
}
