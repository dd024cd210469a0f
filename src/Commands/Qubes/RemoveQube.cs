using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Removes a qube.</summary>
/// <param name="Qube">The qube.</param>
public sealed record RemoveQube(QubeId Qube) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="RemoveQube"/>.</summary>
public sealed class RemoveQubeHandler : ICommandHandler<RemoveQube>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RemoveQube command) => QubeRemoval.Remove(draft, command.Qube);
}
