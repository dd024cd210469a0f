using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks for the start of a qube; the executor does the rest.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The identity of the run to be (random).</param>
public sealed record StartQube(QubeId Qube, string Run) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="StartQube"/>.</summary>
public sealed class StartQubeHandler : ICommandHandler<StartQube>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, StartQube command) => Starts.Request(draft, command.Qube, command.Run);
}
