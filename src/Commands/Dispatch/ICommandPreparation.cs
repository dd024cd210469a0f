namespace Qubes.Cqrs.Commands;

/// <summary>Completes a command by what has to be known of the host, after the permission rules and before the decision.</summary>
public interface ICommandPreparation
{
    /// <summary>The type of the commands that it completes.</summary>
    Type Command { get; }

    /// <summary>The command with what was found.</summary>
    /// <exception cref="Domain.DomainException">It would be refused anyway.</exception>
    ValueTask<ICommand> PrepareAsync(ICommand command, CancellationToken ct);
}
