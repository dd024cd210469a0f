namespace Qubes.Cqrs.Domain;

/// <summary>A qube that provides network carries the feature <c>servicevm</c>.</summary>
/// <remarks>Source: spec, properties.yaml, provides_network; extensions.md, core_features.</remarks>
public sealed class ServiceQubeFeature : Reaction
{
    private const string Feature = "servicevm";

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("provides_network"))
        {
            Follow(draft, change.Holder!.Id, change.New == PropertyValue.True); // a qube's
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("provides_network"))
        {
            Follow(draft, change.Holder!.Id, provides: false); // a qube's
        }
    }

    private static void Follow(Draft draft, QubeId id, bool provides)
    {
        if (provides)
        {
            Features.Set(draft, id, Feature, "1");
        }
        else if (draft.World.Qube(id).Features.ContainsKey(Feature))
        {
            Features.Remove(draft, id, Feature);
        }
    }
}
