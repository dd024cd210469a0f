using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Carries a plan out that somebody has looked at: all of it in one transaction, or nothing.</summary>
/// <param name="Digest">The digest of the plan that was shown.</param>
/// <param name="Seed">Where the identities of new qubes come from (random).</param>
public abstract record PlanCommand(string Digest, Guid Seed) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;

    /// <summary>What came of setting up the storage pools of the plan; null before that was tried.</summary>
    public IReadOnlyDictionary<string, PoolSetup>? Setups { get; init; }

    /// <summary>The plan on a state.</summary>
    /// <exception cref="DomainException">There can be none.</exception>
    public abstract Plan PlanOn(World world, Caller caller, StepContext context);

    /// <summary>Refuses a plan that is not to be carried out, though it is the one that was shown.</summary>
    /// <exception cref="DomainException">It is such a one.</exception>
    protected internal virtual void Check(Plan plan)
    {
    }

    /// <summary>Decides it: plans again on the newest state, and does nothing else than what was shown.</summary>
    /// <exception cref="DomainException">The plan is another one by now, or a rule refuses a step.</exception>
    internal void Handle(Draft draft)
    {
        // Who looked at the plan saw what the log tells, in which there are no disposables.
        var plan = PlanOn(draft.World.Kept, draft.Caller, new StepContext(Seed));
        if (plan.Digest != Digest)
        {
            throw new RefusedException(Plan.Stale);
        }

        Check(plan);
        plan.CarryOut(draft, new StepContext(Seed) { Setups = Setups ?? new Dictionary<string, PoolSetup>() });
    }
}
