using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Notes that a file of the policy gets a text; whoever sends it brings the text to the disk.</summary>
/// <param name="Path">Where it lies: the file itself, where links lead to it.</param>
/// <param name="Text">The whole text.</param>
public sealed record SetPolicyFile(string Path, string Text) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Checks path and text.</summary>
public sealed class SetPolicyFileValidator : AbstractValidator<SetPolicyFile>
{
    /// <summary>Creates the rules.</summary>
    public SetPolicyFileValidator()
    {
        RuleFor(command => command.Path).Obeys(PolicyKnowledge.CheckPath);
        RuleFor(command => command.Text).Obeys(PolicyKnowledge.CheckText);
    }
}

/// <summary>Decides <see cref="SetPolicyFile"/>.</summary>
public sealed class SetPolicyFileHandler : ICommandHandler<SetPolicyFile>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetPolicyFile command) => PolicyKnowledge.Set(draft, command.Path, command.Text);
}
