using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Removes a feature of a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Feature">The feature.</param>
public sealed record RemoveFeature(QubeId Qube, string Feature) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="RemoveFeature"/>.</summary>
public sealed class RemoveFeatureHandler : ICommandHandler<RemoveFeature>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RemoveFeature command) => Domain.Features.Remove(draft, command.Qube, command.Feature);
}
