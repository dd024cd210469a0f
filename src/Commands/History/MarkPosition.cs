using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Gives a position of the log a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Position">The position; null for the newest.</param>
public sealed record MarkPosition(string Name, long? Position) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Checks the name.</summary>
public sealed class MarkPositionValidator : AbstractValidator<MarkPosition>
{
    /// <summary>Creates the rules.</summary>
    public MarkPositionValidator() => RuleFor(command => command.Name).Obeys(Marks.CheckName);
}

/// <summary>Decides <see cref="MarkPosition"/>.</summary>
public sealed class MarkPositionHandler : ICommandHandler<MarkPosition>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, MarkPosition command) => Marks.Set(draft, command.Name, command.Position);
}
