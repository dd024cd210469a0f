using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks that a qube is destroyed; the executor does it.</summary>
/// <param name="Qube">The qube.</param>
public sealed record KillQube(QubeId Qube) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="KillQube"/>.</summary>
public sealed class KillQubeHandler : ICommandHandler<KillQube>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, KillQube command) => Stops.RequestKill(draft, command.Qube);
}
