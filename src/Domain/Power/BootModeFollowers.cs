namespace Qubes.Cqrs.Domain;

/// <summary>The boot mode follows features and the template's default for app qubes.</summary>
/// <remarks>Source: spec, properties.yaml, bootmode, appvm_default_bootmode. Removing such a feature says nothing (recorded).</remarks>
public sealed class BootModeFollowers : Reaction
{
    private const string Active = "boot-mode.active";
    private const string AppVmDefault = "boot-mode.appvm-default";

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change) => FollowProperty(draft, change);

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change) => FollowProperty(draft, change);

    /// <inheritdoc/>
    public override void AfterFeatureSet(Draft draft, FeatureChange change) => FollowFeature(draft, change);

    private static void FollowProperty(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("appvm_default_bootmode") && change.New != change.Old)
        {
            TellBased(draft, change.Holder!); // a qube's
        }
    }

    private static void FollowFeature(Draft draft, FeatureChange change)
    {
        if (change.New == change.Old)
        {
            return;
        }

        if (change.Feature == Active && change.Qube is { IsLocal: true, IsDom0: false } && HasDefault(change.Qube))
        {
            Properties.AnnounceReset(draft, change.Qube, "bootmode");
        }

        if (change.Feature == AppVmDefault && change.Qube.Class == QubeClass.TemplateVM && !change.Qube.Properties.ContainsKey("appvm_default_bootmode"))
        {
            // Those based on it are told twice: of the property's new default, and of the feature.
            TellBased(draft, change.Qube);
            Properties.AnnounceReset(draft, change.Qube, "appvm_default_bootmode");
            TellBased(draft, change.Qube);
        }
    }

    private static void TellBased(Draft draft, Qube template)
    {
        foreach (var qube in Templates.BasedOn(draft.World, template.Id).Where(HasDefault))
        {
            Properties.AnnounceReset(draft, qube, "bootmode");
        }
    }

    private static bool HasDefault(Qube qube) => !qube.Properties.ContainsKey("bootmode");
}
