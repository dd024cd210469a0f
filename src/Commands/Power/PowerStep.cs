using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A step of the executor: what it did or found outside, as a rule that notes it.</summary>
/// <remarks>Clients cannot send it. The rules are those of <see cref="Starts"/>, <see cref="Stops"/>, <see cref="Pauses"/> and <see cref="RunObservations"/>.</remarks>
/// <param name="Qube">The qube.</param>
/// <param name="Rule">The rule, possibly run more than once.</param>
public sealed record PowerStep(QubeId Qube, Action<Draft> Rule) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="PowerStep"/>.</summary>
public sealed class PowerStepHandler : ICommandHandler<PowerStep>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, PowerStep command) => command.Rule(draft);
}
