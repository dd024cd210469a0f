using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes what a qube says about itself in its database.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="FromTools">Whether the older tools of the qube say it, which know less.</param>
/// <param name="UntrustedFeatures">The keys that it has written for that, by the name after the common prefix.</param>
public sealed record RequestFeatures(QubeId Qube, bool FromTools, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> UntrustedFeatures) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;

    /// <summary>The features that it asks for.</summary>
    /// <exception cref="InvalidRequestException">A value is not acceptable.</exception>
    public RequestedFeatures Read() => FromTools ? RequestedFeatures.OfTools(UntrustedFeatures) : RequestedFeatures.OfAgent(UntrustedFeatures);
}

/// <summary>Checks the values.</summary>
/// <remarks>Source: spec, admin-api.yaml, qubes.FeaturesRequest and qubes.NotifyTools.</remarks>
public sealed class RequestFeaturesValidator : AbstractValidator<RequestFeatures>
{
    /// <summary>Creates the rules.</summary>
    public RequestFeaturesValidator() => RuleFor(command => command).Obeys(command => command.Read());
}

/// <summary>Decides <see cref="RequestFeatures"/>.</summary>
public sealed class RequestFeaturesHandler : ICommandHandler<RequestFeatures>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RequestFeatures command) => RequestRules.Apply(draft, command.Qube, command.Read());
}
