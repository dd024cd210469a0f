using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Adds a custom label.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UntrustedColor">Its colour as the client wrote it.</param>
public sealed record CreateLabel(string Name, string UntrustedColor) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Checks name and colour.</summary>
public sealed class CreateLabelValidator : AbstractValidator<CreateLabel>
{
    /// <summary>Creates the rules.</summary>
    public CreateLabelValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleFor(command => command.Name).Obeys(Domain.Labels.CheckNewName);
        RuleFor(command => command.UntrustedColor).Obeys(color => Domain.Labels.CheckColor(color));
    }
}

/// <summary>Decides <see cref="CreateLabel"/>.</summary>
public sealed class CreateLabelHandler : ICommandHandler<CreateLabel>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, CreateLabel command) =>
        Domain.Labels.Create(draft, command.Name, Domain.Labels.CheckColor(command.UntrustedColor));
}
