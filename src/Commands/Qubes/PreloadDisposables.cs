using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks for as many disposables to be kept ready as the settings of their template say.</summary>
/// <param name="Destination">What they are made from; dom0 leaves that to the caller's <c>default_dispvm</c>.</param>
public sealed record PreloadDisposables(QubeId Destination) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Destination;
}

/// <summary>Decides <see cref="PreloadDisposables"/>.</summary>
public sealed class PreloadDisposablesHandler : ICommandHandler<PreloadDisposables>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, PreloadDisposables command)
    {
        var world = draft.World;
        Disposables.KeepReady(draft, Disposables.TemplateFor(world, world.Qube(command.Destination), world.Qube(draft.Caller.Source)));
    }
}
