namespace Qubes.Cqrs.Domain;

/// <summary>Those who follow the default template of disposables hear of its change.</summary>
/// <remarks>Source: spec, properties.yaml, default_dispvm.</remarks>
public sealed class DefaultDispVmFollowers : Reaction
{
    private const string Property = "default_dispvm";

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change) => Tell(draft, change);

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change) => Tell(draft, change);

    private static void Tell(Draft draft, PropertyChange change)
    {
        if (!change.IsGlobal(Property))
        {
            return;
        }

        foreach (var qube in draft.World.InOrder().Where(qube => qube.IsLocal && !qube.Properties.ContainsKey(Property)))
        {
            var own = PropertyCatalog.Get(qube, Property);
            Properties.Announce(draft, "property-reset:", new PropertyChange(qube, own, null, change.Old));
        }
    }
}
