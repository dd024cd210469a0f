using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A command with its handler and, where it has one, its validator.</summary>
/// <param name="Command">The command's type.</param>
/// <param name="Handle">Decides it.</param>
/// <param name="Validator">Checks it beforehand; made at first use, since making one is slow.</param>
public sealed record CommandRegistration(Type Command, Action<Draft, ICommand> Handle, Lazy<IValidator>? Validator)
{
    /// <summary>Registers a command without a validator.</summary>
    public static CommandRegistration Of<TCommand>(ICommandHandler<TCommand> handler)
        where TCommand : ICommand => new(typeof(TCommand), (draft, command) => handler.Handle(draft, (TCommand)command), null);

    /// <summary>Registers a command with its validator.</summary>
    public static CommandRegistration Of<TCommand, TValidator>(ICommandHandler<TCommand> handler)
        where TCommand : ICommand
        where TValidator : AbstractValidator<TCommand>, new() =>
        Of(handler) with { Validator = new Lazy<IValidator>(() => new TValidator()) };
}
