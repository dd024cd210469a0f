namespace Qubes.Cqrs.Domain;

/// <summary>What is noted when the hypervisor disagrees with the log.</summary>
public static class RunObservations
{
    /// <summary>Notes a domain that runs although nothing in the log says so: it is the user's, so it is taken over, not destroyed.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="found">The run as it was found.</param>
    public static void Adopt(Draft draft, QubeId id, Run found)
    {
        if (draft.World.Qube(id) is { IsLocal: true, IsDom0: false } && !draft.World.Runs.ContainsKey(id))
        {
            draft.Record(new RunObserved(id, null, found, "the hypervisor runs it, although nobody asked this daemon for it"));
        }
    }

    /// <summary>Notes that nothing is left of a start that failed.</summary>
    public static void Forget(Draft draft, QubeId id, string run)
    {
        if (draft.World.Runs.TryGetValue(id, out var current) && current.Id == run && current is { Phase: RunPhase.Failed, IsActive: false })
        {
            draft.Record(new RunObserved(id, current, null, "what the failed start left was taken down"));
            draft.React(draft.World.Qube(id), static (reaction, draft, qube) => reaction.AfterStartFailed(draft, qube));
        }
    }

    /// <summary>Notes where the network interface of a run leads.</summary>
    public static void Connect(Draft draft, QubeId id, string run, QubeId? netvm)
    {
        if (PowerStates.Active(draft.World, id) is { } current && current.Id == run && current.NetVm != netvm)
        {
            draft.Record(new NetworkConnected(id, run, netvm));
        }
    }
}
