namespace Qubes.Cqrs.Domain;

/// <summary>A template of disposables stays one while something relies on it.</summary>
/// <remarks>The disposables that wait to be used do not: they go with it. Source: spec, properties.yaml, template_for_dispvms.</remarks>
public sealed class DisposableTemplateInUse : Reaction
{
    private static readonly string[] GlobalReferences = ["default_dispvm", "management_dispvm"];
    private static readonly string[] QubeReferences = ["default_dispvm", "management_dispvm", "template"];

    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("template_for_dispvms") && change.New == PropertyValue.False)
        {
            Check(draft.World, change.Holder!.Id); // a qube's
        }
    }

    /// <inheritdoc/>
    public override void BeforePropertyReset(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("template_for_dispvms") && change.Old == PropertyValue.True)
        {
            Check(draft.World, change.Holder!.Id); // a qube's
        }
    }

    private static void Check(World world, QubeId id)
    {
        var reference = PropertyValue.Of(id);
        if (GlobalReferences.Any(property => world.Properties.Find(property) == reference))
        {
            throw new QubeInUseException(
                "Cannot change template_for_dispvms to False while it is in use by the system by any of these properties: " +
                string.Join(", ", GlobalReferences));
        }

        var waiting = Preload.Listed(world.Qube(id));
        if (world.Qubes.Values.Any(qube => qube.Id != id && !waiting.Contains(qube.Name, StringComparer.Ordinal) &&
            QubeReferences.Any(property => qube.Properties.Find(property) == reference)))
        {
            throw new QubeInUseException(
                "Cannot change template_for_dispvms to False while it is the disposable template of a qube by any of these properties: " +
                string.Join(", ", QubeReferences));
        }
    }
}
