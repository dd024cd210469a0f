using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Makes the system be as a plan file says.</summary>
/// <param name="File">The file.</param>
/// <param name="Digest">The digest of the plan that was shown.</param>
/// <param name="Seed">Where the identities of new qubes come from (random).</param>
public sealed record ApplyPlanFile(PlanFile File, string Digest, Guid Seed) : PlanCommand(Digest, Seed)
{
    /// <inheritdoc/>
    public override Plan PlanOn(World world, Caller caller, StepContext context) => Declaration.Plan(world, File, caller, context);

    /// <inheritdoc/>
    protected internal override void Check(Plan plan)
    {
        if (plan.Obstacles.Count > 0)
        {
            throw new InvalidValueException(plan.Obstacles[0].Reason);
        }
    }
}

/// <summary>Decides <see cref="ApplyPlanFile"/>.</summary>
public sealed class ApplyPlanFileHandler : ICommandHandler<ApplyPlanFile>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ApplyPlanFile command) => command.Handle(draft);
}
