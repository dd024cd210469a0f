namespace Qubes.Cqrs.Domain;

/// <summary>A tag on a qube that names what one of its properties refers to.</summary>
/// <remarks>Source: spec, properties.yaml, guivm, audiovm, relayvm; extensions.md.</remarks>
public abstract class ReferenceTag(string property, string? global, string prefix) : Reaction
{
    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube(property))
        {
            Follow(draft, change.Holder!); // a qube's
        }
        else if (global is not null && change.IsGlobal(global))
        {
            FollowDefault(draft, change);
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube(property))
        {
            Follow(draft, change.Holder!); // a qube's
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> FirstTags(World world, Qube qube) =>
        HasProperty(qube) && PropertyValues.GetQube(world, qube, property) is { } target ? [prefix + target.Name] : [];

    /// <inheritdoc/>
    public override void AfterLoad(Draft draft, Qube qube)
    {
        if (HasProperty(qube))
        {
            Follow(draft, qube);
        }
    }

    private void FollowDefault(Draft draft, PropertyChange change)
    {
        foreach (var qube in draft.World.InOrder().Where(qube => HasProperty(qube) && !qube.Properties.ContainsKey(property)).ToList())
        {
            Follow(draft, qube);
            Properties.Announce(draft, "property-set:", change with { Holder = qube, Property = PropertyCatalog.Get(qube, property) });
        }
    }

    private void Follow(Draft draft, Qube qube)
    {
        var target = PropertyValues.GetQube(draft.World, draft.World.Qube(qube.Id), property);
        Tags.Replace(draft, qube.Id, prefix, target is null ? null : prefix + target.Name);
    }

    private bool HasProperty(Qube qube) => PropertyCatalog.Find(qube.Class, property) is not null;
}

/// <summary><c>guivm-NAME</c> names the qube that shows a qube's windows.</summary>
public sealed class GuiVmTag() : ReferenceTag("guivm", "default_guivm", "guivm-");

/// <summary><c>audiovm-NAME</c> names the qube that plays a qube's sound.</summary>
public sealed class AudioVmTag() : ReferenceTag("audiovm", "default_audiovm", "audiovm-");

/// <summary><c>relayvm-NAME</c> names the qube through which a remote qube is reached.</summary>
public sealed class RelayTag() : ReferenceTag("relayvm", null, "relayvm-");
