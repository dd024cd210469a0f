namespace Qubes.Cqrs.Domain;

/// <summary>The decisions about qubes that pause, sleep and go on.</summary>
/// <remarks>Each wish is announced first; what the domain then does is observed and told once, whoever caused it. Source: spec, lifecycle.md 5.</remarks>
public static class Pauses
{
    /// <summary>Tells that a qube is about to be paused.</summary>
    /// <exception cref="DomainException">It is off.</exception>
    public static void AnnouncePause(Draft draft, QubeId id)
    {
        var qube = Local(draft, id);
        _ = PowerStates.Active(draft.World, id) ?? throw PowerRefusals.NotRunning(qube);
        draft.Announce(qube, "domain-pre-paused");
    }

    /// <summary>Tells that a paused qube is about to go on.</summary>
    /// <exception cref="DomainException">It is not paused.</exception>
    public static void AnnounceUnpause(Draft draft, QubeId id)
    {
        var qube = Local(draft, id);
        if (PowerStates.Active(draft.World, id) is not { IsPaused: true })
        {
            throw PowerRefusals.NotPaused(qube);
        }

        draft.Announce(qube, "domain-pre-unpaused");
    }

    /// <summary>Refuses to send a qube to sleep that does not run.</summary>
    /// <exception cref="DomainException">It does not.</exception>
    public static void CheckSuspend(World world, Qube qube)
    {
        PowerRefusals.CheckHasPower(qube, "suspend");
        if (PowerStates.Active(world, qube.Id) is not { Activity: not (DomainActivity.Paused or DomainActivity.Suspended) })
        {
            throw PowerRefusals.NotRunning(qube);
        }
    }

    /// <summary>Notes what a domain does, and tells clients what that means to them.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="run">The run; nothing happens when another one is under way.</param>
    /// <param name="activity">What the domain does now.</param>
    public static void Observe(Draft draft, QubeId id, string run, DomainActivity activity)
    {
        if (PowerStates.Active(draft.World, id) is not { } current || current.Id != run || current.Activity == activity)
        {
            return;
        }

        draft.Record(new ActivityObserved(id, run, activity));
        var qube = draft.World.Qube(id);
        if (activity == DomainActivity.Paused)
        {
            draft.Announce(qube, "domain-paused");
        }
        else if (activity == DomainActivity.Running && current.Activity is DomainActivity.Paused or DomainActivity.Suspended)
        {
            draft.Announce(qube, "domain-unpaused");
            draft.React(qube, static (reaction, draft, qube) => reaction.AfterUnpause(draft, qube));
        }
    }

    /// <summary>Notes that a qube woke as it was asked to.</summary>
    public static void Wake(Draft draft, QubeId id, string run)
    {
        if (PowerStates.Active(draft.World, id) is { } current && current.Id == run && current.Activity != DomainActivity.Running)
        {
            draft.Record(new ActivityObserved(id, run, DomainActivity.Running));
        }

        draft.Announce(draft.World.Qube(id), "domain-resumed");
    }

    /// <summary>Tells that a service is about to be run in a qube.</summary>
    public static void AnnounceService(Draft draft, QubeId id) =>
        draft.Announce(draft.World.Qube(id), "domain-cmd-pre-run", new AnnouncementArgument("start_guid", "False"));

    private static Qube Local(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        return qube is { IsLocal: true, IsDom0: false } ? qube : throw new QubeErrorException(qube.IsDom0 ? "Not supported by dom0" : "Not supported by RemoteVM");
    }
}
