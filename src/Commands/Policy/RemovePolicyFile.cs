using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Notes that a file of the policy goes; whoever sends it removes it from the disk.</summary>
/// <param name="Path">Where it lies: the file itself, where links lead to it.</param>
public sealed record RemovePolicyFile(string Path) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Checks the path.</summary>
public sealed class RemovePolicyFileValidator : AbstractValidator<RemovePolicyFile>
{
    /// <summary>Creates the rules.</summary>
    public RemovePolicyFileValidator() => RuleFor(command => command.Path).Obeys(PolicyKnowledge.CheckPath);
}

/// <summary>Decides <see cref="RemovePolicyFile"/>.</summary>
public sealed class RemovePolicyFileHandler : ICommandHandler<RemovePolicyFile>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RemovePolicyFile command) => PolicyKnowledge.Remove(draft, command.Path);
}
