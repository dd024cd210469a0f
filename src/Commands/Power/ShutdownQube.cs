using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks that a qube shuts itself down; the executor passes it on.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Force">Whether others may lose what it gives them.</param>
public sealed record ShutdownQube(QubeId Qube, bool Force) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="ShutdownQube"/>.</summary>
public sealed class ShutdownQubeHandler : ICommandHandler<ShutdownQube>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ShutdownQube command) => Stops.RequestShutdown(draft, command.Qube, command.Force);
}
