namespace Qubes.Cqrs.Domain;

/// <summary>A new template gives its snapshots to the qube, which must not run; a template cannot be unset.</summary>
/// <remarks>Source: spec, properties.yaml, AppVM and DispVM, template.</remarks>
public sealed class TemplateChange : Reaction
{
    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (!change.IsOfQube("template"))
        {
            return;
        }

        if (draft.World.Runs.ContainsKey(change.Holder!.Id)) // a qube's
        {
            throw new QubeNotHaltedException("Cannot change template while qube is running");
        }

        if (Templates.BasedOn(draft.World, change.Holder.Id).Any(qube => PowerStates.IsActive(draft.World, qube) && !Preload.Lists(draft.World, qube)))
        {
            // The original shows a list of one text here.
            throw new QubeInUseException("('Cannot change template while there are running disposables based on this disposable template',)");
        }
    }

    /// <inheritdoc/>
    public override void BeforePropertyReset(Draft draft, PropertyChange change)
    {
        if (!change.IsOfQube("template"))
        {
            return;
        }

        var usual = change.Holder!.Class == QubeClass.AppVM ? PropertyValues.GetQube(draft.World, null, "default_template") : null; // a qube's
        throw new InvalidValueException(usual is null
            ? "Cannot unset template"
            : $"Cannot unset template. You can set it to the current default ({usual.Name}) instead");
    }

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (!change.IsOfQube("template"))
        {
            return;
        }

        Renew(draft, change.Holder!.Id); // a qube's
        foreach (var disposable in Templates.BasedOn(draft.World, change.Holder.Id).ToList())
        {
            Renew(draft, disposable.Id);
        }
    }

    private static void Renew(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        foreach (var volume in qube.Volumes.Where(volume => volume.SnapOnStart))
        {
            var renewed = Volumes.Renew(draft.World, qube, volume);
            if (renewed != volume)
            {
                draft.Record(new VolumeConfigured(id, renewed));
            }
        }
    }
}
