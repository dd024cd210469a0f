using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Brings a wish to start a qube to its outcome.</summary>
/// <remarks>The steps and what happens when one fails: spec, lifecycle.md 3. Each is noted when it is done, and doing it again does no harm.</remarks>
internal sealed class QubeStarter(PowerContext context, QubeStopper stopper, Func<QubeId, Call, CancellationToken, Task> startOther)
{
    private readonly PowerPorts ports = context.Ports;

    /// <summary>Starts a qube whose start was asked for.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="run">The run.</param>
    /// <param name="call">The request.</param>
    /// <param name="stop">Triggered when the daemon stops: the wish then stays open, to be settled at its next start.</param>
    internal Task StartAsync(QubeId qube, string run, Call call, CancellationToken stop) => AttemptAsync(qube, run, call, async ct =>
    {
        await using var room = new Room();
        if (context.Find(qube, run) is not { Phase: RunPhase.Requested })
        {
            throw new OperationCanceledException("the run has ended");
        }

        await PrepareAsync(qube, call, room, ct).ConfigureAwait(false);
        await SpawnAsync(qube, run, call, ct).ConfigureAwait(false);
        await room.DisposeAsync().ConfigureAwait(false);
        await FinishAsync(qube, run, call, ct).ConfigureAwait(false);
    }, stop);

    /// <summary>Completes the start of a qube whose domain exists: the daemon was stopped in between.</summary>
    internal Task CompleteAsync(QubeId qube, string run, Call call, CancellationToken stop) =>
        AttemptAsync(qube, run, call, ct => FinishAsync(qube, run, call, ct), stop);

    private async Task AttemptAsync(QubeId qube, string run, Call call, Func<CancellationToken, Task> steps, CancellationToken stop)
    {
        var attempt = context.Attempts.Of(run);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Gone, stop);
        DomainException? failure = null;
        try
        {
            await steps(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && !stop.IsCancellationRequested)
        {
            failure = PowerFaults.OfStart(e);
            await FailAsync(qube, run, PowerFaults.Reason(e), call, stop).ConfigureAwait(false);
        }
        finally
        {
            context.Attempts.End(run, failure ?? (stop.IsCancellationRequested ? new RefusedException("qubesd is stopping") : null));
        }
    }

    // Steps 6 to 10
    private async Task PrepareAsync(QubeId id, Call call, Room room, CancellationToken ct)
    {
        var (world, qube) = Now(id);
        foreach (var steps in context.StartSteps)
        {
            await steps.PrepareAsync(id, call, ct).ConfigureAwait(false);
        }

        Starts.CheckDevices(world, qube);
        await context.Storage.VerifyAsync(world, qube, ct).ConfigureAwait(false);
        await context.NoteAsync(id, draft => Starts.ReportVerified(draft, id), call).ConfigureAwait(false);
        if (NetworkValues.NetVm(world, qube) is { IsDom0: false, IsLocal: true } netvm && PowerStates.Active(world, netvm.Id) is not { Phase: RunPhase.Started })
        {
            await startOther(netvm.Id, call, ct).ConfigureAwait(false);
        }

        (world, qube) = Now(id);
        room.Memory = await ports.Memory.ReserveAsync(MemoryRequest.Bytes(world, qube), ct).ConfigureAwait(false) ?? throw new NotEnoughMemoryException(qube.Name);
        await context.Storage.StartAsync(world, qube, ct).ConfigureAwait(false);
    }

    // Steps 11 to 17, but for step 14
    private async Task SpawnAsync(QubeId id, string run, Call call, CancellationToken ct)
    {
        if (await ports.Hypervisor.FindAsync(id, ct).ConfigureAwait(false) is not null)
        {
            throw new HypervisorException(HypervisorFault.InvalidOperation, "Requested operation is not valid: domain is already running"); // somebody else's
        }

        await context.NoteAsync(id, draft => Starts.Spawn(draft, id, run), call).ConfigureAwait(false);
        var (world, qube) = Now(id);
        await ports.Hypervisor.DefineAsync(ports.Definitions.Domain(world, qube), ct).ConfigureAwait(false);
        var domain = await ports.Hypervisor.CreatePausedAsync(id, ct).ConfigureAwait(false);
        context.Figures.Saw(domain);
        var spawned = new QubeSpawned(id, run, domain.Xid, domain.StubdomXid, domain.Stubdom, PowerTimes.Microseconds(context.Time));
        await context.NoteAsync(id, draft => Starts.Spawned(draft, spawned), call).ConfigureAwait(false);
    }

    // Steps 14 and 18 to 24
    private async Task FinishAsync(QubeId id, string run, Call call, CancellationToken ct)
    {
        var current = Present(id, run);
        await ports.Databases.PrepareAsync(id, current, ct).ConfigureAwait(false);
        await ports.Databases.OpenAsync(id, current, ct).ConfigureAwait(false);
        await ports.Databases.WriteAsync(id, current, ct).ConfigureAwait(false);
        await context.NoteAsync(id, draft => Starts.ReportConfigured(draft, id), call).ConfigureAwait(false);
        await ports.Databases.WatchAsync(id, current, ct).ConfigureAwait(false);
        foreach (var steps in context.StartSteps)
        {
            await steps.WatchingAsync(id, isStart: true, call, ct).ConfigureAwait(false);
        }

        await ResumeAsync(id, run, call, ct).ConfigureAwait(false);
        await StartQrexecAsync(id, current, ct).ConfigureAwait(false);
        Present(id, run);
        await context.NoteAsync(id, draft => Starts.Complete(draft, id, run), call).ConfigureAwait(false);
        foreach (var steps in context.StartSteps)
        {
            await steps.StartedAsync(id, call, ct).ConfigureAwait(false);
        }
    }

    private async Task ResumeAsync(QubeId id, string run, Call call, CancellationToken ct)
    {
        if (Present(id, run).Activity != DomainActivity.Paused)
        {
            return;
        }

        using var quiet = context.Quiet.Enter(id);
        await context.NoteAsync(id, draft => Pauses.AnnounceUnpause(draft, id), call).ConfigureAwait(false);
        if (await ports.Hypervisor.FindAsync(id, ct).ConfigureAwait(false) is not { Activity: DomainActivity.Running })
        {
            await ports.Hypervisor.ResumeAsync(id, ct).ConfigureAwait(false);
        }

        await context.NoteAsync(id, draft => Pauses.Observe(draft, id, run, DomainActivity.Running), call).ConfigureAwait(false);
    }

    private async Task StartQrexecAsync(QubeId id, Run run, CancellationToken ct)
    {
        var (world, qube) = Now(id);
        var quiet = PropertyValues.Get(world, qube, "debug") != PropertyValue.True;
        if (run is { StubdomXid: > 0, Stubdom: { } stubdom } && FeatureLookup.WithTemplate(world, qube, "stubdom-qrexec") is { Length: > 0 })
        {
            await ports.Qrexec.StartDaemonAsync(new QrexecDaemon(qube.Name + "-dm", stubdom, run.StubdomXid, "root", quiet, Timeout(world, qube)), ct).ConfigureAwait(false);
        }

        var user = PropertyValues.Get(world, qube, "default_user")?.Text ?? "user";
        var patience = FeatureLookup.WithTemplate(world, qube, "qrexec") is { Length: > 0 } ? Timeout(world, qube) : (TimeSpan?)null;
        await ports.Qrexec.StartDaemonAsync(new QrexecDaemon(qube.Name, id, run.Xid, user, quiet, patience), ct).ConfigureAwait(false);
    }

    private async Task FailAsync(QubeId id, string run, string reason, Call call, CancellationToken stop)
    {
        var phase = context.Find(id, run)?.Phase;
        // Before it is noted: with the note a disposable goes, and then nobody knows what to take back.
        if (phase == RunPhase.Requested)
        {
            await stopper.ClearStorageAsync(id, stop).ConfigureAwait(false);
        }

        var isLeftOver = phase == RunPhase.Spawning && !await stopper.ClearAsync(id, stop).ConfigureAwait(false);
        await context.NoteAsync(id, draft => Starts.Fail(draft, id, run, reason, isLeftOver), call).ConfigureAwait(false);
        if (phase is RunPhase.Spawned or RunPhase.Started or RunPhase.Failed)
        {
            await stopper.DestroyAsync(id, run, call, stop).ConfigureAwait(false);
        }
        else if (phase == RunPhase.Stopped)
        {
            await stopper.CompleteAsync(id, run, call, stop).ConfigureAwait(false);
        }
    }

    private Run Present(QubeId id, string run) =>
        context.Find(id, run) is { IsActive: true, Phase: not RunPhase.Failed } current ? current : throw new OperationCanceledException("the run has ended");

    private (World World, Qube Qube) Now(QubeId id)
    {
        var world = context.World;
        return (world, world.Find(id) ?? throw new QubeNotFoundException("uuid:" + id));
    }

    private static TimeSpan Timeout(World world, Qube qube) => PowerTimes.Seconds(world, qube, "qrexec_timeout");

    // The room for the domain, given back as soon as it exists, whatever happens.
    private sealed class Room : IAsyncDisposable
    {
        internal IAsyncDisposable? Memory { get; set; }

        public async ValueTask DisposeAsync()
        {
            if (Memory is { } memory)
            {
                Memory = null;
                await memory.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
