namespace Qubes.Cqrs.Domain;

/// <summary>The decisions on the way from off to on; what happens between them is the executor's.</summary>
/// <remarks>Source: spec, lifecycle.md 3, whose steps the remarks number.</remarks>
public static class Starts
{
    /// <summary>The feature of a qube that must not be started; its value says why.</summary>
    private const string Prohibited = "prohibit-start";

    private static readonly AnnouncementArgument Guid = new("start_guid", "True");

    /// <summary>Asks for a start; nothing happens when the qube is not off.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="run">The identity of the run to be (random).</param>
    /// <exception cref="DomainException">Something speaks against it.</exception>
    public static void Request(Draft draft, QubeId id, string run)
    {
        var qube = draft.World.Qube(id);
        if (qube.IsDom0 || !qube.IsLocal)
        {
            throw new QubeNotHaltedException(qube.IsDom0 ? "Cannot start Dom0 fake domain!" : "Cannot start a RemoteVM.");
        }

        if (draft.World.Runs.ContainsKey(id))
        {
            return;
        }

        CheckTemplate(draft.World, qube);
        if (qube.Features.Find(Prohibited) is { Length: > 0 } reason)
        {
            throw new RefusedException($"Qube start is prohibited. Rationale: {reason}");
        }

        draft.Announce(qube, "domain-pre-start", Guid, new AnnouncementArgument("mem_required", "None"));
        PowerVetoes.CheckStart(draft, id);
        draft.Record(new StartRequested(id, run));
    }

    /// <summary>Refuses when a device that the qube cannot do without is missing (step 6).</summary>
    /// <exception cref="RefusedException">One is.</exception>
    public static void CheckDevices(World world, Qube qube)
    {
        var missing = qube.Devices.Where(device => device.Mode == DeviceModes.Required && !KnownDevices.Matching(world, device.Address).Any());
        if (missing.FirstOrDefault() is { } first)
        {
            throw RequiredDevices.Missing(first);
        }
    }

    /// <summary>Tells that storage was looked at (step 7).</summary>
    public static void ReportVerified(Draft draft, QubeId id) => draft.Announce(draft.World.Qube(id), "domain-verify-files");

    /// <summary>Notes that the hypervisor is asked for a domain next (step 11).</summary>
    public static void Spawn(Draft draft, QubeId id, string run)
    {
        draft.Announce(draft.World.Qube(id), "domain-pre-spawn", Guid);
        draft.Record(new QubeSpawning(id, run));
    }

    /// <summary>Notes the new domain (steps 15 and 17).</summary>
    public static void Spawned(Draft draft, QubeSpawned spawned)
    {
        draft.Record(spawned);
        var qube = draft.World.Qube(spawned.Qube);
        AnnounceNumbers(draft, qube);
        draft.Announce(qube, "domain-spawn", Guid);
        draft.React(qube, static (reaction, draft, qube) => reaction.AfterSpawn(draft, qube));
    }

    /// <summary>Tells that the qube has its configuration (step 19).</summary>
    public static void ReportConfigured(Draft draft, QubeId id) => draft.Announce(draft.World.Qube(id), "domain-qdb-create");

    /// <summary>Notes that the qube is up (step 24).</summary>
    public static void Complete(Draft draft, QubeId id, string run)
    {
        draft.Record(new QubeStarted(id, run));
        var qube = draft.World.Qube(id);
        draft.React(qube, static (reaction, draft, qube) => reaction.AfterStart(draft, qube));
        draft.Announce(qube, "domain-start", Guid);
    }

    /// <summary>Notes that a start has failed.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="run">The run; nothing happens when it has failed before.</param>
    /// <param name="reason">Why, as clients are told.</param>
    /// <param name="isLeftOver">Whether the hypervisor may still have a domain.</param>
    public static void Fail(Draft draft, QubeId id, string run, string reason, bool isLeftOver = false)
    {
        if (draft.World.Runs.TryGetValue(id, out var current) && current.Id == run && current.Phase == RunPhase.Failed)
        {
            return;
        }

        draft.Record(new StartFailed(id, run, reason) { IsLeftOver = isLeftOver });
        var qube = draft.World.Qube(id);
        draft.Announce(qube, "domain-start-failed", new AnnouncementArgument("reason", reason));
        if (!draft.World.Runs.ContainsKey(id)) // else when that is over
        {
            draft.React(qube, static (reaction, draft, qube) => reaction.AfterStartFailed(draft, qube));
        }
    }

    /// <summary>Tells that the domain's numbers are others now.</summary>
    internal static void AnnounceNumbers(Draft draft, Qube qube)
    {
        foreach (var name in (ReadOnlySpan<string>)["xid", "stubdom_xid", "start_time"])
        {
            draft.Announce(qube, "property-reset:" + name, new AnnouncementArgument("name", name));
        }
    }

    private static void CheckTemplate(World world, Qube qube)
    {
        if (qube.Class == QubeClass.DispVM && Templates.Of(world, qube) is { } template && !Templates.IsForDisposables(template))
        {
            throw new RefusedException($"template for disposable ({template.Name}) needs to have template_for_dispvms=True");
        }
    }
}
