using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Removes a custom label.</summary>
/// <param name="Name">Its name, or its index as text.</param>
public sealed record RemoveLabel(string Name) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Checks the name.</summary>
public sealed class RemoveLabelValidator : AbstractValidator<RemoveLabel>
{
    /// <summary>Creates the rules.</summary>
    public RemoveLabelValidator() => RuleFor(command => command.Name).Obeys(Domain.Labels.CheckName);
}

/// <summary>Decides <see cref="RemoveLabel"/>.</summary>
public sealed class RemoveLabelHandler : ICommandHandler<RemoveLabel>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RemoveLabel command) => Domain.Labels.Remove(draft, command.Name);
}
