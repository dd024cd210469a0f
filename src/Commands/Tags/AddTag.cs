using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Adds a tag to a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Tag">The tag.</param>
public sealed record AddTag(QubeId Qube, string Tag) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Checks the tag.</summary>
public sealed class AddTagValidator : AbstractValidator<AddTag>
{
    /// <summary>Creates the rules.</summary>
    public AddTagValidator() => RuleFor(command => command.Tag).Obeys(Domain.Tags.Check);
}

/// <summary>Decides <see cref="AddTag"/>.</summary>
public sealed class AddTagHandler : ICommandHandler<AddTag>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AddTag command) => Domain.Tags.Add(draft, command.Qube, command.Tag);
}
