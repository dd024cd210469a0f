namespace Qubes.Cqrs.Domain;

/// <summary>An event that is to be taken back.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Before">The state before it.</param>
/// <param name="After">The state after it.</param>
public sealed record RevertedEvent(LogPosition Position, World Before, World After);

/// <summary>Plans how single events are taken back.</summary>
/// <remarks>A setting that was changed again since is a conflict: taking the event back would undo the later change as well.</remarks>
public static class Reversion
{
    /// <summary>The steps that take the events back, the newest first.</summary>
    /// <param name="now">The state now, as the log has it.</param>
    /// <param name="events">The events, in any order.</param>
    /// <param name="caller">Who asks, and when.</param>
    /// <param name="context">What steps need beside the state.</param>
    /// <exception cref="InvalidValueException">An event has changed no setting.</exception>
    public static Plan Plan(World now, IEnumerable<RevertedEvent> events, Caller caller, StepContext context)
    {
        var whole = new Plan([], [], [], [], now);
        foreach (var reverted in events.DistinctBy(one => one.Position).OrderByDescending(one => one.Position))
        {
            var next = Plan(whole.After, reverted, caller, context);
            whole = new Plan(
                [.. whole.Steps, .. next.Steps], [.. whole.Obstacles, .. next.Obstacles], [.. whole.Conflicts, .. next.Conflicts], [.. whole.Notes, .. next.Notes], next.After);
        }

        return whole;
    }

    private static Plan Plan(World now, RevertedEvent reverted, Caller caller, StepContext context)
    {
        var (before, after) = (reverted.Before, reverted.After);
        var keys = Restoration.Missing(after, before, null, caller.Time).Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            throw new InvalidValueException($"The event at position {reverted.Position} changed no setting: there is nothing to take back");
        }

        // A qube that comes back brings its settings with it.
        var revived = before.InOrder().Where(qube => after.Find(qube.Name) is null).Select(qube => qube.Name).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<Step> Missing(World world) =>
        [
            .. Restoration.Missing(world, before, null, caller.Time).Where(step => keys.Contains(step.Key) || (step.Subject is { } name && revived.Contains(name))),
            .. ReferenceEquals(world, now) ? [] : Restoration.Missing(world, now, null, caller.Time).Where(step => IsPutAside(step) && !keys.Contains(step.Key)),
        ];
        var changedSince = Restoration.Missing(now, after, null, caller.Time).Where(step => keys.Contains(step.Key) || keys.Contains(Opposite(step)));
        var conflicts = Missing(now).Count == 0 ? [] : changedSince.Select(step => $"{step.Line}: it was changed again after position {reverted.Position}").ToList();
        var plan = Planner.Make(now, caller, context, Missing);
        return plan with
        {
            Conflicts = conflicts.ToEquatableArray(),
            Notes = plan.Steps.OfType<CreationStep>()
                .Select(step => $"{step.Subject}: comes back with empty volumes, and with another UUID and number; what lay on its volumes went with it").ToEquatableArray(),
        };
    }

    // What a detour changes for a while though nobody asked for it.
    private static bool IsPutAside(Step step) => step is PropertyStep { Property: "default_pool" or "label" };

    // What was made and is gone again, or the other way round, is the same setting.
    private static string Opposite(Step step) => step switch
    {
        CreationStep => $"qube -{step.Subject}",
        RemovalStep => $"qube +{step.Subject}",
        LabelStep label => $"label {(label.Color is null ? "+" : "-")}{label.Name}",
        PoolStep pool => $"pool {(pool.Pool is null ? "+" : "-")}{pool.Name}",
        _ => "",
    };
}
