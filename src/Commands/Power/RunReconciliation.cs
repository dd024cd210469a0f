using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Compares what the log says of a qube's run with what the hypervisor says, and settles the difference.</summary>
/// <remarks>The same for a notice, for the regular look, after a lost connection, and at the daemon's start. Nothing is concluded from a hypervisor that
/// does not answer.</remarks>
internal sealed class RunReconciliation(PowerContext context, QubeStarter starter, QubeStopper stopper)
{
    private const string Interrupted = "qubesd was stopped while it started this qube";

    private readonly PowerPorts ports = context.Ports;

    /// <summary>Whether the log and what the hypervisor said agree, so that there is nothing to settle.</summary>
    internal bool IsSettled(QubeId qube, DomainStatus? domain)
    {
        var run = context.World.Runs.GetValueOrDefault(qube);
        return (run, domain) switch
        {
            (null, null) => true,
            ({ Phase: RunPhase.Started, Wish: RunWish.None }, not null) => run.Xid == domain.Xid && run.Activity == domain.Activity,
            _ => false,
        };
    }

    /// <summary>Looks at one qube; called in its lane.</summary>
    internal async Task LookAsync(QubeId id, CancellationToken stop)
    {
        if (context.Quiet.Contains(id))
        {
            return;
        }

        var before = context.World.Runs.GetValueOrDefault(id);
        DomainStatus? domain;
        try
        {
            domain = await ports.Hypervisor.FindAsync(id, stop).ConfigureAwait(false);
        }
        catch (HypervisorException e)
        {
            PowerLog.NotFound(context.Logger, id, e.Message);
            return;
        }

        if (context.World.Find(id) is { IsLocal: true, IsDom0: false } && !context.Quiet.Contains(id) && context.World.Runs.GetValueOrDefault(id) == before)
        {
            await SettleAsync(id, before, domain, Call.OfDaemon(PowerProcess.Verb), stop).ConfigureAwait(false);
        }
    }

    private Task SettleAsync(QubeId id, Run? run, DomainStatus? domain, Call call, CancellationToken stop) => run switch
    {
        null => domain is null ? Task.CompletedTask : AdoptAsync(id, domain, call, stop),
        { Phase: RunPhase.Requested } => TakeBackStorageAsync(id, run, call, stop),
        { Phase: RunPhase.Spawning } or { Phase: RunPhase.Failed, IsActive: false } => TakeBackAsync(id, run, call, stop),
        { Phase: RunPhase.Stopped } => stopper.CompleteAsync(id, run.Id, call, stop),
        _ when domain is null || domain.Xid != run.Xid => stopper.FollowAsync(id, run.Id, call, stop),
        { Phase: RunPhase.Failed } or { Wish: RunWish.Kill } => stopper.DestroyAsync(id, run.Id, call, stop),
        { Phase: RunPhase.Spawned } => starter.CompleteAsync(id, run.Id, call, stop),
        { Wish: RunWish.Shutdown } => ShutDownAsync(id, run, call, stop),
        _ => context.NoteAsync(id, draft => Pauses.Observe(draft, id, run.Id, domain.Activity), call),
    };

    private Task FailAsync(QubeId id, Run run, Call call) => context.NoteAsync(id, draft => Starts.Fail(draft, id, run.Id, Interrupted), call);

    private Task ForgetAsync(QubeId id, Run run, Call call) => context.NoteAsync(id, draft => RunObservations.Forget(draft, id, run.Id), call);

    private async Task TakeBackAsync(QubeId id, Run run, Call call, CancellationToken stop)
    {
        if (await stopper.ClearAsync(id, stop).ConfigureAwait(false))
        {
            await (run.Phase == RunPhase.Failed ? ForgetAsync(id, run, call) : FailAsync(id, run, call)).ConfigureAwait(false);
        }
    }

    private async Task TakeBackStorageAsync(QubeId id, Run run, Call call, CancellationToken stop)
    {
        await stopper.ClearStorageAsync(id, stop).ConfigureAwait(false);
        await FailAsync(id, run, call).ConfigureAwait(false);
    }

    private async Task ShutDownAsync(QubeId id, Run run, Call call, CancellationToken stop)
    {
        try
        {
            await ports.Hypervisor.ShutdownAsync(id, context.World.Qube(id).Name, stop).ConfigureAwait(false);
            await context.NoteAsync(id, draft => Stops.Settle(draft, id, run.Id), call).ConfigureAwait(false);
        }
        catch (HypervisorException e)
        {
            PowerLog.NotFound(context.Logger, id, e.Message);
        }
    }

    private async Task AdoptAsync(QubeId id, DomainStatus domain, Call call, CancellationToken stop)
    {
        var run = new Run(Call.NewCorrelationId(), RunPhase.Started)
        {
            Xid = domain.Xid,
            StubdomXid = domain.StubdomXid,
            Stubdom = domain.Stubdom,
            Activity = domain.Activity,
            StartedAtMicroseconds = PowerTimes.Microseconds(context.Time),
        };
        PowerLog.Adopted(context.Logger, id, domain.Xid);
        await context.NoteAsync(id, draft => RunObservations.Adopt(draft, id, run), call).ConfigureAwait(false);
        await ConnectAsync(id, run, stop).ConfigureAwait(false);
    }

    /// <summary>Connects to the database of a qube that runs already.</summary>
    internal async Task ConnectAsync(QubeId id, Run run, CancellationToken stop)
    {
        try
        {
            await ports.Databases.OpenAsync(id, run, stop).ConfigureAwait(false);
            await ports.Databases.WriteAsync(id, run, stop).ConfigureAwait(false);
            await ports.Databases.WatchAsync(id, run, stop).ConfigureAwait(false);
            foreach (var steps in context.StartSteps)
            {
                await steps.WatchingAsync(id, isStart: false, Call.OfDaemon(PowerProcess.Verb), stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException && PowerFaults.IsExpected(e))
        {
            PowerLog.NotDone(context.Logger, "connect to the database", id, e.Message);
        }
    }
}
