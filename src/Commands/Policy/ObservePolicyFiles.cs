using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Notes what was found on the disk otherwise than it is known. Clients cannot send it.</summary>
/// <param name="Found">All folders and files of the policy.</param>
/// <param name="Problem">Why the policy cannot be used as it was found; null when it can.</param>
public sealed record ObservePolicyFiles(PolicyFiles Found, string? Problem) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;

    /// <summary>What was known when it was looked: when something else is known by now, nothing is noted, since it may be on its way to the disk; null for any.</summary>
    public PolicyFiles? Known { get; init; }
}

/// <summary>Checks that it is bounded.</summary>
public sealed class ObservePolicyFilesValidator : AbstractValidator<ObservePolicyFiles>
{
    /// <summary>Creates the rules.</summary>
    public ObservePolicyFilesValidator() => RuleFor(command => command.Found).Obeys(PolicyKnowledge.CheckFound);
}

/// <summary>Decides <see cref="ObservePolicyFiles"/>.</summary>
public sealed class ObservePolicyFilesHandler : ICommandHandler<ObservePolicyFiles>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ObservePolicyFiles command)
    {
        if (command.Known is null || command.Known.Equals(draft.World.Policy))
        {
            PolicyKnowledge.Observe(draft, command.Found, command.Problem);
        }
    }
}
