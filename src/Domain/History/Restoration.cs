namespace Qubes.Cqrs.Domain;

/// <summary>Plans the way back to the settings of an earlier state.</summary>
/// <remarks>Nothing is rewritten: the steps are changes like any other, and stand in the log after everything else. docs/undo.md.</remarks>
public static class Restoration
{
    /// <summary>The way from one state to the settings of another.</summary>
    /// <param name="now">The state now, as the log has it.</param>
    /// <param name="then">The state to go back to.</param>
    /// <param name="only">The one qube that is to go back, by name; null for the system.</param>
    /// <param name="caller">Who asks, and when.</param>
    /// <param name="context">What steps need beside the state.</param>
    /// <exception cref="QubeNotFoundException">There is no such qube, and there was none.</exception>
    /// <exception cref="InvalidValueException">There was no system yet.</exception>
    public static Plan Plan(World now, World then, string? only, Caller caller, StepContext context)
    {
        if (then.Find(QubeId.Dom0) is null)
        {
            throw new InvalidValueException($"At position {then.Position} there was no system yet");
        }

        if (only is not null && now.Find(only) is null && then.Find(only) is null)
        {
            throw new QubeNotFoundException(only);
        }

        var plan = Planner.Make(now, caller, context, world => Missing(world, then, only, caller.Time));
        return plan with { Notes = Notes(now, then, only, plan).ToEquatableArray() };
    }

    /// <summary>What is missing in a state to the settings of another; nothing when they are the same.</summary>
    /// <param name="world">The state.</param>
    /// <param name="then">The other state.</param>
    /// <param name="only">The one qube that counts; null for the system.</param>
    /// <param name="time">The time: firewall rules that have ended do not count.</param>
    public static IReadOnlyList<Step> Missing(World world, World then, string? only, DateTimeOffset time) =>
        new SettingsDifference(world, then, only, time).Steps();

    private static string? Fault(PolicyFiles policy)
    {
        try
        {
            PolicyLoader.Load(policy, PolicyLocations.Standard);
            return null;
        }
        catch (PolicyException reason)
        {
            return reason.Message;
        }
    }

    private static IEnumerable<string> Notes(World now, World then, string? only, Plan plan)
    {
        foreach (var step in plan.Steps.OfType<CreationStep>())
        {
            yield return $"{step.Subject}: comes back with empty volumes, and with another UUID and number; what lay on its volumes went with it";
        }

        foreach (var qube in then.InOrder().Where(qube => !Retentions.IsEphemeral(qube) && (only is null || qube.Name == only)))
        {
            if (now.Find(qube.Name) is { } here && here.Class == qube.Class && here.Id != qube.Id)
            {
                yield return $"{qube.Name}: was removed and made anew since; its volumes hold what they hold now";
            }
        }

        foreach (var label in plan.Steps.OfType<LabelStep>().Where(step => step.Color is not null))
        {
            yield return $"label {label.Name}: may come back with another number";
        }

        if (only is null && then.Policy.Entries.IsEmpty && !now.Policy.Entries.IsEmpty)
        {
            yield return "policy: its files were not known then, and stay as they are";
        }

        if (plan.Steps.OfType<PolicyFileStep>().Any() && Fault(plan.After.Policy) is { } fault)
        {
            yield return $"policy: it will not be usable, and every call be denied: {fault}";
        }
    }
}
