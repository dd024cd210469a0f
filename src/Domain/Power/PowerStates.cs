namespace Qubes.Cqrs.Domain;

/// <summary>Power states as the log knows them: derived, never stored.</summary>
/// <remarks>Source: spec, lifecycle.md 2. A qube with an agent is in transition until its qrexec daemon has answered, which completes the start.</remarks>
public static class PowerStates
{
    /// <summary>The state's name on the wire.</summary>
    public static string Of(World world, Qube qube)
    {
        if (qube.Class is QubeClass.AdminVM or QubeClass.RemoteVM)
        {
            return "Running";
        }

        return world.Runs.TryGetValue(qube.Id, out var run) && run.IsActive ? Of(world, qube, run) : "Halted";
    }

    /// <summary>Whether it is off.</summary>
    public static bool IsHalted(World world, Qube qube) =>
        qube.Class is not (QubeClass.AdminVM or QubeClass.RemoteVM) && !(world.Runs.TryGetValue(qube.Id, out var run) && run.IsActive);

    /// <summary>Whether there is a domain, paused or not; dom0 always runs.</summary>
    public static bool IsActive(World world, Qube qube) => !IsHalted(world, qube);

    /// <summary>The run, if there is one whose domain exists.</summary>
    public static Run? Active(World world, QubeId qube) => world.Runs.TryGetValue(qube, out var run) && run.IsActive ? run : null;

    /// <summary>The qubes that run or are paused, dom0 left out.</summary>
    /// <remarks>In the order of the API. Costs as much as qubes run, however many there are.</remarks>
    public static IEnumerable<Qube> ActiveQubes(World world) => world.Runs
        .Where(entry => entry.Value.IsActive && world.Qubes.ContainsKey(entry.Key))
        .Select(entry => world.Qubes[entry.Key])
        .OrderBy(qube => qube.Name, StringComparer.Ordinal);

    private static string Of(World world, Qube qube, Run run) => run.Activity switch
    {
        DomainActivity.Running => run.Phase != RunPhase.Started && FeatureLookup.WithTemplate(world, qube, "qrexec") is { Length: > 0 } ? "Transient" : "Running",
        DomainActivity.Paused => "Paused",
        DomainActivity.Suspended => "Suspended",
        DomainActivity.Halting => "Halting",
        DomainActivity.Dying => "Dying",
        _ => "Crashed",
    };
}
