namespace Qubes.Cqrs.Domain;

/// <summary>A qube that others have their network from is not shut down without force.</summary>
/// <remarks>Preloaded disposables do not count: nobody uses them yet. Source: spec, lifecycle.md 5.</remarks>
public sealed class ConnectedClients : Reaction
{
    /// <inheritdoc/>
    public override void BeforeShutdown(Draft draft, Shutdown shutdown)
    {
        if (shutdown.Force || !NetworkValues.ProvidesNetwork(shutdown.Qube))
        {
            return;
        }

        var world = draft.World;
        var clients = shutdown.Others(world, qube => NetworkValues.NetVm(world, qube)?.Id == shutdown.Qube.Id && !Preload.Lists(world, qube));
        if (string.Join(", ", clients) is { Length: > 0 } names)
        {
            throw new QubeInUseException($"There are other VMs connected to this VM: {names}");
        }
    }
}
