using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets up on the host what storage pools a plan registers, before it is decided.</summary>
/// <param name="command">The type of the commands.</param>
/// <param name="pools">Sets pools up.</param>
/// <param name="current">The newest state.</param>
/// <param name="time">The clock.</param>
public sealed class PlanPreparation(Type command, AddPoolPreparation pools, Func<World> current, TimeProvider time) : ICommandPreparation
{
    /// <inheritdoc/>
    public Type Command => command;

    /// <summary>One for each kind of plan.</summary>
    public static IEnumerable<ICommandPreparation> All(AddPoolPreparation pools, Func<World> current, TimeProvider time) =>
        new[] { typeof(RestoreSystem), typeof(RevertEvents), typeof(ApplyPlanFile) }.Select(type => new PlanPreparation(type, pools, current, time));

    /// <inheritdoc/>
    public async ValueTask<ICommand> PrepareAsync(ICommand command, CancellationToken ct)
    {
        var wanted = (PlanCommand)command;
        var plan = wanted.PlanOn(current().Kept, new Caller(QubeId.Dom0, time.GetUtcNow()), new StepContext(wanted.Seed));
        if (plan.Digest != wanted.Digest)
        {
            return wanted; // it will be refused: nothing is set up for it
        }

        var setups = new Dictionary<string, PoolSetup>(StringComparer.Ordinal);
        foreach (var step in plan.Steps.OfType<PoolStep>())
        {
            if (step.Design() is { } design)
            {
                setups[step.Name] = await pools.SetUpAsync(design, ct).ConfigureAwait(false);
            }
        }

        return wanted with { Setups = setups };
    }
}
