using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Brings the settings of an earlier state back.</summary>
/// <param name="Then">The earlier state.</param>
/// <param name="Qube">The one qube that goes back, by name; null for the system.</param>
/// <param name="Digest">The digest of the plan that was shown.</param>
/// <param name="Seed">Where the identities of new qubes come from (random).</param>
public sealed record RestoreSystem(World Then, string? Qube, string Digest, Guid Seed) : PlanCommand(Digest, Seed)
{
    /// <inheritdoc/>
    public override Plan PlanOn(World world, Caller caller, StepContext context) => Restoration.Plan(world, Then, Qube, caller, context);
}

/// <summary>Decides <see cref="RestoreSystem"/>.</summary>
public sealed class RestoreSystemHandler : ICommandHandler<RestoreSystem>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RestoreSystem command) => command.Handle(draft);
}
