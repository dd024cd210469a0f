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
        RuleFor(command => command).Obeys(command =>
        {
            var value = AsciiText.Read(command.UntrustedValue.Span, "Feature value");
            if (!command.Feature.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-'))
            {
                throw new InvalidRequestException("feature name contains illegal characters");
            }

            if (value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
            {
                throw new InvalidRequestException($"{command.Feature} value contains illegal characters");
            }
        });
    }
}

/// <summary>Decides <see cref="SetFeature"/>.</summary>
public sealed class SetFeatureHandler : ICommandHandler<SetFeature>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetFeature command) =>
        Domain.Features.Set(draft, command.Qube, command.Feature, Encoding.ASCII.GetString(command.UntrustedValue.Span));
}
