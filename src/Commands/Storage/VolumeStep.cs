using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A step of the storage process: what it did or found outside, as a rule that notes it.</summary>
/// <remarks>Clients cannot send it. The rules are those of <see cref="VolumeOutcomes"/> and <see cref="VolumeImports"/>.</remarks>
/// <param name="Rule">The rule, possibly run more than once.</param>
public sealed record VolumeStep(Action<Draft> Rule) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Decides <see cref="VolumeStep"/>.</summary>
public sealed class VolumeStepHandler : ICommandHandler<VolumeStep>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, VolumeStep command) => command.Rule(draft);
}
