using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes single events back.</summary>
/// <param name="Events">The events.</param>
/// <param name="Force">Whether what was changed again since is taken back as well.</param>
/// <param name="Digest">The digest of the plan that was shown.</param>
/// <param name="Seed">Where the identities of new qubes come from (random).</param>
public sealed record RevertEvents(EquatableArray<RevertedEvent> Events, bool Force, string Digest, Guid Seed) : PlanCommand(Digest, Seed)
{
    /// <inheritdoc/>
    public override Plan PlanOn(World world, Caller caller, StepContext context) => Reversion.Plan(world, Events, caller, context);

    /// <inheritdoc/>
    protected internal override void Check(Plan plan)
    {
        if (!Force && plan.Conflicts.Count > 0)
        {
            throw new RefusedException($"It would undo later changes as well: {plan.Conflicts[0]}");
        }
    }
}

/// <summary>Decides <see cref="RevertEvents"/>.</summary>
public sealed class RevertEventsHandler : ICommandHandler<RevertEvents>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, RevertEvents command) => command.Handle(draft);
}
