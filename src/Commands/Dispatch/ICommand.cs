using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A wish for a change, in the imperative.</summary>
public interface ICommand
{
    /// <summary>The qube that it is about; null for the system.</summary>
    /// <remarks>When that qube is gone by the time of the decision, the command is refused with <see cref="QubeNotFoundException"/>.</remarks>
    QubeId? Subject { get; }
}

/// <summary>Decides a command.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
public interface ICommandHandler<in TCommand>
    where TCommand : ICommand
{
    /// <summary>Writes the decision into the draft.</summary>
    /// <exception cref="DomainException">The command is refused.</exception>
    void Handle(Draft draft, TCommand command);
}
