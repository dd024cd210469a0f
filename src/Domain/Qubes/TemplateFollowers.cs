using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>Qubes that inherit a value hear when their template's changes.</summary>
/// <remarks>Source: spec, properties.yaml, meta.generic.child_notification.</remarks>
public sealed class TemplateFollowers : Reaction
{
    private static readonly FrozenSet<string> Inherited =
        new[] { "default_user", "kernel", "kernelopts", "vcpus", "memory", "maxmem", "qrexec_timeout", "shutdown_timeout", "management_dispvm" }
            .ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.Holder is not { Class: QubeClass.TemplateVM } template || !Inherited.Contains(change.Name) || change.New == change.Old)
        {
            return;
        }

        foreach (var qube in Templates.BasedOn(draft.World, template.Id).Where(qube => !qube.Properties.ContainsKey(change.Name)))
        {
            Properties.AnnounceReset(draft, qube, change.Name);
        }
    }
}
