namespace Qubes.Cqrs.Domain;

/// <summary>A qube that shows the windows of others, or plays their sound, is not shut down while they run.</summary>
/// <remarks>Source: spec, lifecycle.md 5; extensions.md, gui and audio.</remarks>
public sealed class DisplayInUse : Reaction
{
    /// <inheritdoc/>
    public override void BeforeShutdown(Draft draft, Shutdown shutdown)
    {
        if (Users(draft.World, shutdown, "guivm") is { Length: > 0 } shown)
        {
            throw new QubeErrorException($"There are running VMs using this VM as GuiVM: {shown}");
        }

        if (Users(draft.World, shutdown, "audiovm") is { Length: > 0 } heard)
        {
            throw new QubeInUseException($"There are running VMs using this VM as AudioVM: {heard}");
        }
    }

    private static string Users(World world, Shutdown shutdown, string property) => string.Join(", ", shutdown.Others(
        world, qube => PropertyCatalog.Find(qube.Class, property) is not null && PropertyValues.GetQube(world, qube, property)?.Id == shutdown.Qube.Id));
}
