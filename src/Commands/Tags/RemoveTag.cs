using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Removes a tag from a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Tag">The tag.</param>
public sealed record RemoveTag(QubeId Qube, string Tag) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Checks the tag.</summary>
public sealed class RemoveTagValidator : AbstractValidator<RemoveTag>
{
    /// <summary>Creates the rules.</summary>
    public RemoveTagValidator() => RuleFor(command => command.Tag).Obeys(Domain.Tags.Check);
}

/// <summary>Decides <see cref="RemoveTag"/>.</summary>
public sealed class RemoveTagHandler : ICommandHandler<RemoveTag>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RemoveTag command) => Domain.Tags.Remove(draft, command.Qube, command.Tag);
}
