using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Brings the end of a run to its outcome, whoever caused it.</summary>
/// <remarks>Source: spec, lifecycle.md 4. Both events are told exactly once per run, since the rules note them only once.</remarks>
internal sealed class QubeStopper(PowerContext context)
{
    private readonly PowerPorts ports = context.Ports;

    /// <summary>Waits until the domain has gone, and does what follows.</summary>
    internal async Task FollowAsync(QubeId qube, string run, Call call, CancellationToken stop)
    {
        await WaitUntilGoneAsync(qube, run, stop).ConfigureAwait(false);
        await context.NoteAsync(qube, draft => Stops.Stopped(draft, qube, run), call).ConfigureAwait(false);
        await CompleteAsync(qube, run, call, stop).ConfigureAwait(false);
    }

    /// <summary>Does what follows from the end of a run that was noted.</summary>
    internal async Task CompleteAsync(QubeId id, string run, Call call, CancellationToken stop)
    {
        var world = context.World;
        if (world.Find(id) is not { } qube || context.Find(id, run) is not { Phase: RunPhase.Stopped })
        {
            return;
        }

        await TryAsync(qube, "stop the storage", () => context.Storage.StopAsync(world, qube, stop)).ConfigureAwait(false);
        await TryAsync(qube, "forget the database", () => ports.Databases.CloseAsync(id, stop)).ConfigureAwait(false);
        await context.NoteAsync(id, draft => Stops.Complete(draft, id, run), call).ConfigureAwait(false);
    }

    /// <summary>Destroys the domain of a run, and does what follows. A hypervisor that fails is asked again at the next look.</summary>
    internal async Task DestroyAsync(QubeId qube, string run, Call call, CancellationToken stop)
    {
        try
        {
            await ports.Hypervisor.DestroyAsync(qube, stop).ConfigureAwait(false);
        }
        catch (HypervisorException e) when (e.Fault is HypervisorFault.InvalidOperation or HypervisorFault.NoDomain)
        {
            // It has gone by itself.
        }
        catch (HypervisorException e)
        {
            PowerLog.NotDestroyed(context.Logger, qube, e.Message);
            return;
        }

        await FollowAsync(qube, run, call, stop).ConfigureAwait(false);
    }

    /// <summary>Takes back what a start that failed may have left in the hypervisor and in storage.</summary>
    /// <returns>Whether it is certain that the hypervisor has no domain of the qube any more.</returns>
    internal async Task<bool> ClearAsync(QubeId id, CancellationToken stop)
    {
        var world = context.World;
        if (world.Find(id) is not { } qube)
        {
            return true;
        }

        var gone = await TryAsync(qube, "destroy the domain", async () =>
        {
            if (await ports.Hypervisor.FindAsync(id, stop).ConfigureAwait(false) is not null)
            {
                await ports.Hypervisor.DestroyAsync(id, stop).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        await TryAsync(qube, "stop the storage", () => context.Storage.StopAsync(world, qube, stop)).ConfigureAwait(false);
        return gone;
    }

    /// <summary>Takes back what a start may have prepared in storage before it asked for a domain.</summary>
    /// <remarks>A domain that is there all the same is somebody else's, and so is what it writes to.</remarks>
    internal async Task ClearStorageAsync(QubeId id, CancellationToken stop)
    {
        var world = context.World;
        if (world.Find(id) is { } qube)
        {
            await TryAsync(qube, "stop the storage", async () =>
            {
                if (await ports.Hypervisor.FindAsync(id, stop).ConfigureAwait(false) is null)
                {
                    await context.Storage.StopAsync(world, qube, stop).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }
    }

    private async Task WaitUntilGoneAsync(QubeId qube, string run, CancellationToken stop)
    {
        while (context.Find(qube, run) is { IsActive: true } current)
        {
            try
            {
                if (await ports.Hypervisor.FindAsync(qube, stop).ConfigureAwait(false) is not { } domain || domain.Xid != current.Xid)
                {
                    return;
                }
            }
            catch (HypervisorException e)
            {
                PowerLog.NotFound(context.Logger, qube, e.Message);
            }

            await Task.Delay(context.Options.DyingInterval, context.Time, stop).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryAsync(Qube qube, string what, Func<ValueTask> effect)
    {
        try
        {
            await effect().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException && PowerFaults.IsExpected(e))
        {
            PowerLog.NotDone(context.Logger, what, qube.Id, e.Message);
            return false;
        }
    }
}
