using System.Collections.Immutable;
using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Creates a qube.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Template">The name of its template; empty takes the default.</param>
/// <param name="MayChoosePools">Whether the call lets the client choose pools.</param>
/// <param name="UntrustedOptions">Options as <c>key=value</c> separated by single spaces, as the client sent them.</param>
/// <param name="Id">The identity to give it.</param>
/// <param name="FirstDispId">Where to start looking for a free number for a disposable.</param>
public sealed record CreateQube(
    QubeClass Class, string Template, bool MayChoosePools, ReadOnlyMemory<byte> UntrustedOptions, QubeId Id, int FirstDispId) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;

    /// <summary>The numbers that disposables had until lately.</summary>
    public ImmutableHashSet<int> RecentDispIds { get; init; } = [];
}

/// <summary>Checks the form of the options.</summary>
public sealed class CreateQubeValidator : AbstractValidator<CreateQube>
{
    /// <summary>Creates the rules.</summary>
    public CreateQubeValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleFor(command => command).Obeys(command =>
        {
            if (command.Template.Length > 0 && !QubeCreation.HasTemplate(command.Class))
            {
                throw new InvalidRequestException($"{command.Class} cannot be based on template");
            }
        });
        RuleFor(command => command).Obeys(command => QubeOptions.Parse(command));
    }
}

/// <summary>Decides <see cref="CreateQube"/>.</summary>
public sealed class CreateQubeHandler : ICommandHandler<CreateQube>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, CreateQube command)
    {
        var options = QubeOptions.Parse(command);
        var label = draft.World.Labels.Values.FirstOrDefault(candidate => candidate.Name == options.Label) ??
            throw new InvalidRequestException("Creation requested without key: label");
        QubeCreation.Create(
            draft,
            new NewQube(command.Class, options.Name, label.Index, command.Template, options.Pool, options.Pools, command.Id, command.FirstDispId)
            {
                RecentDispIds = command.RecentDispIds,
            });
    }
}
