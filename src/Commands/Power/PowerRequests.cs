using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What clients ask of qubes: each returns when it is done, or throws what the client is told.</summary>
/// <remarks>A client that stops waiting stops nothing. Source: spec, lifecycle.md 3 and 5.</remarks>
public sealed class PowerRequests
{
    private readonly PowerContext context;
    private readonly QubeStopper stopper;
    private readonly Dispatcher dispatcher;
    private readonly PowerProcess process;

    internal PowerRequests(PowerContext context, QubeStopper stopper, Dispatcher dispatcher, PowerProcess process) =>
        (this.context, this.stopper, this.dispatcher, this.process) = (context, stopper, dispatcher, process);

    private IHypervisor Hypervisor => context.Ports.Hypervisor;

    /// <summary>Starts a qube, with its network; joins a start under way; does nothing when the qube is not off.</summary>
    /// <exception cref="DomainException">It could not be started.</exception>
    public async Task StartAsync(QubeId qube, Call call, CancellationToken ct)
    {
        while (true)
        {
            if (context.World.Runs.TryGetValue(qube, out var run))
            {
                if (context.Attempts.Find(run.Id) is { } other)
                {
                    await other.Outcome.WaitAsync(ct).ConfigureAwait(false);
                    return;
                }

                if (run.Phase is RunPhase.Started)
                {
                    return;
                }

                await context.Waiters.WaitAsync(qube, world => world.Runs.GetValueOrDefault(qube) != run, ct).ConfigureAwait(false);
                continue;
            }

            var id = Call.NewCorrelationId();
            var attempt = context.Attempts.Of(id); // so that its outcome cannot be missed
            await RequestStartAsync(qube, id, call, ct).ConfigureAwait(false);
            if (attempt.Outcome.IsCompleted || context.World.Runs.GetValueOrDefault(qube)?.Id == id)
            {
                await attempt.Outcome.WaitAsync(ct).ConfigureAwait(false);
                return;
            }

            context.Attempts.End(id, null); // somebody else was faster
        }
    }

    /// <summary>Asks a qube to shut itself down.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="force">Whether others may lose what it gives them.</param>
    /// <param name="wait">Whether to wait until it is off.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="DomainException">It cannot be shut down, or took too long.</exception>
    public async Task ShutdownAsync(QubeId qube, bool force, bool wait, Call call, CancellationToken ct)
    {
        try
        {
            await dispatcher.SendAsync(new ShutdownQube(qube, force), call, ct).ConfigureAwait(false);
            if (PowerStates.Active(context.World, qube) is not { } run)
            {
                return;
            }

            await SendShutdownAsync(qube, run, call, ct).ConfigureAwait(false);
            await process.LookAsync(qube).ConfigureAwait(false);
            if (wait)
            {
                await WaitForEndAsync(qube, run.Id, ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && e is not (OperationCanceledException or QubeNotFoundException or QubeNotStartedException))
        {
            if (PowerStates.Active(context.World, qube) is not null)
            {
                await context.NoteAsync(qube, draft => Stops.ReportFailed(draft, qube, PowerFaults.Reason(e)), call).ConfigureAwait(false);
            }

            throw PowerFaults.Of(e);
        }
    }

    /// <summary>Destroys a qube's domain, and returns when it has gone.</summary>
    /// <exception cref="DomainException">There is none, or the hypervisor refuses.</exception>
    public async Task KillAsync(QubeId qube, Call call, CancellationToken ct)
    {
        await dispatcher.SendAsync(new KillQube(qube), call, ct).ConfigureAwait(false);
        if (PowerStates.Active(context.World, qube) is { } run)
        {
            await DestroyAsync(qube, run, call).ConfigureAwait(false);
            await process.LookAsync(qube).ConfigureAwait(false);
            await context.Waiters.WaitAsync(qube, HasEnded(qube, run.Id), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Pauses a qube.</summary>
    /// <exception cref="DomainException">It is off, or the hypervisor refuses.</exception>
    public Task PauseAsync(QubeId qube, Call call, CancellationToken ct) => DoAsync(qube, call, Pauses.AnnouncePause, () => Hypervisor.PauseAsync(qube, ct));

    /// <summary>Lets a paused qube go on.</summary>
    /// <exception cref="DomainException">It is not paused, or the hypervisor refuses.</exception>
    public Task UnpauseAsync(QubeId qube, Call call, CancellationToken ct) => DoAsync(qube, call, Pauses.AnnounceUnpause, () => Hypervisor.ResumeAsync(qube, ct));

    /// <summary>Sends a qube to sleep; where the hypervisor cannot, it is paused.</summary>
    /// <exception cref="DomainException">It does not run, or the hypervisor refuses.</exception>
    public async Task SuspendAsync(QubeId qube, Call call, CancellationToken ct)
    {
        Pauses.CheckSuspend(context.World, Find(qube));
        using (context.Quiet.Enter(qube))
        {
            await RunServiceAsync(qube, "qubes.SuspendPre", call, ct).ConfigureAwait(false);
            try
            {
                await Hypervisor.SuspendAsync(qube, ct).ConfigureAwait(false);
            }
            catch (HypervisorException e) when (e.Fault == HypervisorFault.NotSupported)
            {
                await DoAsync(qube, call, Pauses.AnnouncePause, () => Hypervisor.PauseAsync(qube, ct)).ConfigureAwait(false);
            }
            catch (HypervisorException e)
            {
                throw PowerFaults.Of(e);
            }
        }

        await process.LookAsync(qube).ConfigureAwait(false);
    }

    /// <summary>Wakes a qube that sleeps, or lets a paused one go on.</summary>
    /// <exception cref="DomainException">It does neither, or the hypervisor refuses.</exception>
    public async Task ResumeAsync(QubeId qube, Call call, CancellationToken ct)
    {
        if (PowerStates.Active(context.World, qube) is not { Activity: DomainActivity.Suspended } run)
        {
            await UnpauseAsync(qube, call, ct).ConfigureAwait(false);
            return;
        }

        using (context.Quiet.Enter(qube))
        {
            try
            {
                await Hypervisor.WakeUpAsync(qube, ct).ConfigureAwait(false);
            }
            catch (HypervisorException e)
            {
                throw PowerFaults.Of(e);
            }

            await RunServiceAsync(qube, "qubes.SuspendPost", call, ct).ConfigureAwait(false);
            await context.NoteAsync(qube, draft => Pauses.Wake(draft, qube, run.Id), call).ConfigureAwait(false);
        }

        await process.LookAsync(qube).ConfigureAwait(false);
    }

    /// <summary>The path of the terminal of a qube's console; empty where there is none.</summary>
    /// <exception cref="DomainException">It is off, or the hypervisor refuses.</exception>
    public async Task<string> ConsoleAsync(QubeId id, CancellationToken ct)
    {
        var qube = Find(id);
        if (qube.IsDom0)
        {
            return "";
        }

        if (!qube.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }

        _ = PowerStates.Active(context.World, id) ?? throw PowerRefusals.NotRunning(qube);
        try
        {
            return await Hypervisor.ConsoleAsync(id, ct).ConfigureAwait(false) ?? "";
        }
        catch (HypervisorException e)
        {
            throw PowerFaults.Of(e);
        }
    }

    /// <summary>Runs a service as root in a qube with an agent; that it fails is only logged.</summary>
    public Task RunServiceAsync(QubeId id, string service, Call call, CancellationToken ct) =>
        RunServiceAsync(id, service, context.Options.ServiceTimeout, call, ct);

    /// <summary>Runs a service as root in a qube, whether an agent is known or not, and lets it read something; that it fails is only logged.</summary>
    public async Task RunServiceAsync(QubeId id, string service, ReadOnlyMemory<byte> input, Call call, CancellationToken ct)
    {
        if (context.World.Find(id) is { } qube)
        {
            await context.NoteAsync(id, draft => Pauses.AnnounceService(draft, id), call).ConfigureAwait(false);
            await RunAnnouncedAsync(id, new QrexecCall(qube.Name, "root", service, context.Options.ServiceTimeout) { Input = input }, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a service as root in a qube with an agent, for so long; that it fails is only logged.</summary>
    public async Task RunServiceAsync(QubeId id, string service, TimeSpan patience, Call call, CancellationToken ct)
    {
        if (context.World.Find(id) is { } qube && FeatureLookup.WithTemplate(context.World, qube, "qrexec") is { Length: > 0 })
        {
            await context.NoteAsync(id, draft => Pauses.AnnounceService(draft, id), call).ConfigureAwait(false);
            await RunAnnouncedAsync(id, qube.Name, service, patience, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a service as root that was announced; that it fails is only logged.</summary>
    internal Task RunAnnouncedAsync(QubeId id, string name, string service, CancellationToken ct) =>
        RunAnnouncedAsync(id, name, service, context.Options.ServiceTimeout, ct);

    private Task RunAnnouncedAsync(QubeId id, string name, string service, TimeSpan patience, CancellationToken ct) =>
        RunAnnouncedAsync(id, new QrexecCall(name, "root", service, patience), ct);

    private async Task RunAnnouncedAsync(QubeId id, QrexecCall call, CancellationToken ct)
    {
        try
        {
            var result = await context.Ports.Qrexec.RunAsync(call, ct).ConfigureAwait(false);
            if (result.ExitCode != 0)
            {
                PowerLog.ServiceFailed(context.Logger, call.Service, id, $"exit code {result.ExitCode}");
            }
        }
        catch (Exception e) when (e is not OperationCanceledException && PowerFaults.IsExpected(e))
        {
            PowerLog.ServiceFailed(context.Logger, call.Service, id, e.Message);
        }
    }

    private static Func<World, bool> HasEnded(QubeId qube, string run) => world => world.Runs.GetValueOrDefault(qube)?.Id != run;

    private Qube Find(QubeId id) => context.World.Find(id) ?? throw new QubeNotFoundException("uuid:" + id);

    private async Task RequestStartAsync(QubeId qube, string run, Call call, CancellationToken ct)
    {
        try
        {
            await dispatcher.SendAsync(new StartQube(qube, run), call, ct).ConfigureAwait(false);
        }
        catch (DomainException refusal)
        {
            context.Attempts.End(run, refusal);
            if (refusal is not (QubeNotHaltedException or QubeNotFoundException))
            {
                await context.NoteAsync(qube, draft => Starts.Fail(draft, qube, run, refusal.Message), call).ConfigureAwait(false);
            }

            throw;
        }
    }

    private async Task SendShutdownAsync(QubeId qube, Run run, Call call, CancellationToken ct)
    {
        if (run.Wish == RunWish.Kill)
        {
            await DestroyAsync(qube, run, call).ConfigureAwait(false);
            return;
        }

        try
        {
            await Hypervisor.ShutdownAsync(qube, Find(qube).Name, ct).ConfigureAwait(false);
        }
        catch (HypervisorException)
        {
            // Has it gone by itself meanwhile, what was asked for has happened.
            if (!await process.HasGoneAsync(qube, run).ConfigureAwait(false))
            {
                throw new ShutdownTimedOutException(Find(qube).Name);
            }
        }

        await context.NoteAsync(qube, draft => Stops.Settle(draft, qube, run.Id), call).ConfigureAwait(false);
    }

    private async Task DestroyAsync(QubeId qube, Run run, Call call)
    {
        try
        {
            await Hypervisor.DestroyAsync(qube, CancellationToken.None).ConfigureAwait(false);
        }
        catch (HypervisorException e) when (e.Fault is HypervisorFault.InvalidOperation or HypervisorFault.NoDomain)
        {
            // It has gone by itself.
        }
        catch (HypervisorException e)
        {
            await context.NoteAsync(qube, draft => Stops.Settle(draft, qube, run.Id), call).ConfigureAwait(false);
            throw PowerFaults.Of(e);
        }
    }

    private async Task WaitForEndAsync(QubeId qube, string run, CancellationToken ct)
    {
        if (context.World.Find(qube) is not { } known)
        {
            return; // a disposable, which goes when it stops
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var timeout = Task.Delay(PowerTimes.Seconds(context.World, known, "shutdown_timeout"), context.Time, patience.Token);
        var ended = context.Waiters.WaitAsync(qube, HasEnded(qube, run), patience.Token);
        var first = await Task.WhenAny(ended, timeout).ConfigureAwait(false);
        await patience.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        if (first == timeout)
        {
            throw new ShutdownTimedOutException(known.Name);
        }
    }

    private async Task DoAsync(QubeId qube, Call call, Action<Draft, QubeId> announce, Func<ValueTask> effect)
    {
        await dispatcher.SendAsync(new PowerStep(qube, draft => announce(draft, qube)), call, CancellationToken.None).ConfigureAwait(false);
        try
        {
            await effect().ConfigureAwait(false);
        }
        catch (HypervisorException e)
        {
            throw PowerFaults.Of(e);
        }

        await process.LookAsync(qube).ConfigureAwait(false);
    }
}
