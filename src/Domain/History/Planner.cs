namespace Qubes.Cqrs.Domain;

/// <summary>Finds an order in which the rules accept all steps to a goal, by trying them.</summary>
/// <remarks>
/// Rules know best what they accept and what follows: whatever is refused now is tried again when the rest is done, and what is still missing after
/// that (since reactions did more, or less) is found by comparing again. Where steps wait for each other, some settings are put aside for a while
/// (<see cref="Detours"/>). Trials are drafts that are thrown away: this is a pure function.
/// </remarks>
public sealed class Planner
{
    private const int MostRounds = 12;

    private readonly Caller caller;
    private readonly StepContext context;
    private readonly Func<World, IReadOnlyList<Step>> missing;
    private readonly List<Step> steps = [];
    private readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal);
    private World world;

    private Planner(World start, Caller caller, StepContext context, Func<World, IReadOnlyList<Step>> missing) =>
        (world, this.caller, this.context, this.missing) = (start, caller, context, missing);

    /// <summary>Plans the way to a goal.</summary>
    /// <param name="start">The state now.</param>
    /// <param name="caller">Who asks, and when.</param>
    /// <param name="context">What steps need beside the state.</param>
    /// <param name="missing">What is missing to the goal in a state; nothing when it is reached.</param>
    public static Plan Make(World start, Caller caller, StepContext context, Func<World, IReadOnlyList<Step>> missing)
    {
        var planner = new Planner(start, caller, context, missing);
        var left = planner.Run();
        return new Plan(
            planner.steps.ToEquatableArray(),
            left.Select(step => new Obstacle(step, planner.reasons.GetValueOrDefault(step.Key, "Something else that follows from it takes it back"))).ToEquatableArray(),
            [], [], planner.world);
    }

    private IReadOnlyList<Step> Run()
    {
        var left = Settle();
        for (var round = 0; round < MostRounds && left.Count > 0; round++)
        {
            var better = TryDetours(left);
            if (better is null)
            {
                break;
            }

            left = better;
        }

        return left;
    }

    // Until nothing is missing, or what is missing stays so.
    private IReadOnlyList<Step> Settle()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = missing(world);
        while (left.Count > 0 && seen.Add(string.Join('\n', left.Select(step => step.Key + " " + step.Text))) && seen.Count <= MostRounds)
        {
            if (!TryAll([.. left]))
            {
                break;
            }

            left = missing(world);
        }

        return left;
    }

    private bool TryAll(List<Step> open)
    {
        var any = false;
        for (var again = true; again && open.Count > 0;)
        {
            again = false;
            var refused = new List<Step>();
            foreach (var step in open)
            {
                if (step.IsDone(world))
                {
                    continue;
                }

                if (Try(step))
                {
                    again = any = true;
                }
                else
                {
                    refused.Add(step);
                }
            }

            open = refused;
        }

        return any;
    }

    private bool Try(Step step)
    {
        var draft = new Draft(world, caller);
        try
        {
            step.CarryOut(draft, context);
        }
        catch (DomainException refusal)
        {
            reasons[step.Key] = refusal.Message.Length == 0 ? "It is refused" : refusal.Message;
            return false;
        }

        world = draft.World;
        steps.Add(step);
        reasons.Remove(step.Key);
        return true;
    }

    // A detour counts only when less is missing at its end, and nothing that was not missing before.
    private IReadOnlyList<Step>? TryDetours(IReadOnlyList<Step> left)
    {
        var before = left.Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var step in left)
        {
            foreach (var detour in Detours.Around(world, step, left))
            {
                var (start, length, known) = (world, steps.Count, new Dictionary<string, string>(reasons));
                if (detour.Append(step).All(part => part.IsDone(world) || Try(part)) && Settle() is var after &&
                    after.Count < left.Count && after.All(missed => before.Contains(missed.Key)))
                {
                    return after;
                }

                world = start;
                steps.RemoveRange(length, steps.Count - length);
                reasons.Clear();
                foreach (var (key, reason) in known)
                {
                    reasons.Add(key, reason);
                }
            }
        }

        return null;
    }
}
