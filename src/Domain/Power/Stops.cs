namespace Qubes.Cqrs.Domain;

/// <summary>The decisions on the way from on to off.</summary>
/// <remarks>Source: spec, lifecycle.md 4 and 5.</remarks>
public static class Stops
{
    /// <summary>Asks that a qube shuts itself down.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="force">Whether others may lose what it gives them; a paused qube is destroyed then.</param>
    /// <exception cref="DomainException">It cannot.</exception>
    public static void RequestShutdown(Draft draft, QubeId id, bool force)
    {
        var qube = draft.World.Qube(id);
        PowerRefusals.CheckHasPower(qube, "shutdown");
        var run = PowerStates.Active(draft.World, id) ?? throw PowerRefusals.NotStarted(qube);
        draft.Announce(qube, "domain-pre-shutdown", new AnnouncementArgument("force", force ? "True" : "False"));
        PowerVetoes.CheckShutdown(draft, new Shutdown(qube, force));
        if (run.IsPaused && !force && !Preload.Lists(draft.World, qube))
        {
            throw PowerRefusals.NotRunning(qube);
        }

        draft.Record(new StopRequested(id, run.Id, run.IsPaused ? RunWish.Kill : RunWish.Shutdown));
    }

    /// <summary>Asks that a qube is destroyed.</summary>
    /// <exception cref="DomainException">There is nothing to destroy.</exception>
    public static void RequestKill(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        PowerRefusals.CheckHasPower(qube, "kill");
        var run = PowerStates.Active(draft.World, id) ?? throw PowerRefusals.NotStarted(qube);
        draft.Record(new StopRequested(id, run.Id, RunWish.Kill));
    }

    /// <summary>Notes that what was asked was passed on, or given up.</summary>
    public static void Settle(Draft draft, QubeId id, string run)
    {
        if (Is(draft.World, id, run) is { Wish: not RunWish.None, Phase: not RunPhase.Failed })
        {
            draft.Record(new StopSettled(id, run));
        }
    }

    /// <summary>Notes that a shutdown has failed.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="reason">Why, as clients are told.</param>
    public static void ReportFailed(Draft draft, QubeId id, string reason)
    {
        draft.Record(new ShutdownFailed(id, PowerStates.Active(draft.World, id)?.Id ?? "", reason));
        draft.Announce(draft.World.Qube(id), "domain-shutdown-failed", new AnnouncementArgument("reason", reason));
    }

    /// <summary>Notes that the domain has gone, once per run.</summary>
    public static void Stopped(Draft draft, QubeId id, string run)
    {
        if (Is(draft.World, id, run) is not { IsActive: true })
        {
            return;
        }

        draft.Record(new QubeStopped(id, run) { AtMicroseconds = Microseconds(draft.Caller.Time) });
        var qube = draft.World.Qube(id);
        draft.Announce(qube, "domain-stopped");
        Starts.AnnounceNumbers(draft, qube);
    }

    /// <summary>Notes that everything is done that follows from the end of a run, once per run.</summary>
    public static void Complete(Draft draft, QubeId id, string run)
    {
        if (Is(draft.World, id, run) is not { Phase: RunPhase.Stopped } ended)
        {
            return;
        }

        draft.Record(new QubeShutDown(id, run));
        var qube = draft.World.Qube(id);
        draft.Announce(qube, "domain-shutdown");
        draft.React((qube, ended), static (reaction, draft, end) => reaction.AfterRun(draft, end.qube, end.ended));
        draft.React(qube, static (reaction, draft, qube) => reaction.AfterShutdown(draft, qube));
    }

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static Run? Is(World world, QubeId id, string run) => world.Runs.TryGetValue(id, out var current) && current.Id == run ? current : null;
}
