namespace Qubes.Cqrs.Domain;

/// <summary>Plans what makes a system be as a plan file says.</summary>
/// <remarks>A file that was applied gives an empty plan: what is so already takes no step. docs/undo.md.</remarks>
public static class Declaration
{
    /// <summary>The steps; obstacles name the place in the file.</summary>
    /// <param name="now">The state now, as the log has it.</param>
    /// <param name="file">The file.</param>
    /// <param name="caller">Who asks, and when.</param>
    /// <param name="context">What steps need beside the state.</param>
    public static Plan Plan(World now, PlanFile file, Caller caller, StepContext context)
    {
        var places = new Dictionary<string, FilePlace>(StringComparer.Ordinal);
        IReadOnlyList<Step> Missing(World world)
        {
            var steps = new List<Step>();
            foreach (var (step, place) in new DeclaredDifference(world, file, caller.Time).Steps())
            {
                places[step.Key] = place;
                steps.Add(step);
            }

            return steps;
        }

        var plan = Planner.Make(now, caller, context, Missing);
        return plan with
        {
            Obstacles = plan.Obstacles.Select(obstacle => obstacle with { Reason = $"{places[obstacle.Step.Key]}: {obstacle.Reason}" }).ToEquatableArray(),
        };
    }
}
