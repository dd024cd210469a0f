using System.Text;
using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets a feature of a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Feature">The feature.</param>
/// <param name="UntrustedValue">The value as the client sent it.</param>
public sealed record SetFeature(QubeId Qube, string Feature, ReadOnlyMemory<byte> UntrustedValue) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Checks name and value.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.feature.Set.</remarks>
public sealed class SetFeatureValidator : AbstractValidator<SetFeature>
{
    /// <summary>Creates the rules.</summary>
    public SetFeatureValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleFor(command => command).Obeys(command => Domain.Features.Check(command.Feature, AsciiText.Read(command.UntrustedValue.Span, "Feature value")));
    }
}

/// <summary>Decides <see cref="SetFeature"/>.</summary>
public sealed class SetFeatureHandler : ICommandHandler<SetFeature>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetFeature command) =>
        Domain.Features.Set(draft, command.Qube, command.Feature, Encoding.ASCII.GetString(command.UntrustedValue.Span));
}
