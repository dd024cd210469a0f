using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What clients ask of disposables that nobody names.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.CreateDisposable; lifecycle.md 12, request.</remarks>
public sealed class DisposableRequests
{
    private const double CompletionFactor = 1.2;

    private readonly DisposableContext context;
    private readonly PreloadMaker maker;
    private readonly PreloadRefill refill;

    internal DisposableRequests(DisposableContext context, PreloadMaker maker, PreloadRefill refill) =>
        (this.context, this.maker, this.refill) = (context, maker, refill);

    /// <summary>Gives the caller a disposable: one that waits where there is one, else a new one.</summary>
    /// <param name="destination">What it is made from; dom0 leaves that to the caller's <c>default_dispvm</c>.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Ends the waiting; what was taken by then is given up.</param>
    /// <returns>The disposable.</returns>
    /// <exception cref="DomainException">There is nothing to make it from.</exception>
    public async Task<QubeId> CreateAsync(QubeId destination, Call call, CancellationToken ct)
    {
        if (Template(destination, call) is { } template)
        {
            for (var attempt = 0; attempt < context.Options.MostAttempts && Preload.Listed(context.World.Qube(template)).Length > 0; attempt++)
            {
                if (await TakeAsync(template, call, ct).ConfigureAwait(false) is not { } taken)
                {
                    break;
                }

                if (await HandOverAsync(taken, call, ct).ConfigureAwait(false))
                {
                    return taken;
                }
            }
        }

        var command = context.NewDisposable(destination);
        await context.Dispatcher.SendAsync(command, call, ct).ConfigureAwait(false);
        await context.Power.NoteAsync(command.Id, draft => Disposables.TagCreator(draft, command.Id), call).ConfigureAwait(false); // once its volumes are there, as recorded
        return command.Id;
    }

    /// <summary>Keeps as many disposables ready as wanted, and returns when they are or cannot be.</summary>
    /// <exception cref="DomainException">There is nothing to make them from, or they could not tell when they are ready.</exception>
    public async Task KeepReadyAsync(QubeId destination, Call call, CancellationToken ct)
    {
        await context.Dispatcher.SendAsync(new PreloadDisposables(destination), call, ct).ConfigureAwait(false);
        if (Template(destination, call) is { } template)
        {
            await refill.WhenIdleAsync(template, ct).ConfigureAwait(false);
        }
    }

    // Null where the command will tell why.
    private QubeId? Template(QubeId destination, Call call)
    {
        var world = context.World;
        try
        {
            return world.Find(destination) is { } qube && world.Find(call.Source) is { } source ? Disposables.TemplateFor(world, qube, source).Id : null;
        }
        catch (DomainException)
        {
            return null;
        }
    }

    private async Task<QubeId?> TakeAsync(QubeId template, Call call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        QubeId? taken = null;
        await context.DecideAsync(template, draft => taken = PreloadedDisposables.Take(draft, template, maker.IsMade), call).ConfigureAwait(false);
        return taken;
    }

    private async Task<bool> HandOverAsync(QubeId id, Call call, CancellationToken ct)
    {
        try
        {
            if (await IsReadyAsync(id, ct).ConfigureAwait(false))
            {
                await ResumeAsync(id, call).ConfigureAwait(false);
                return true;
            }
        }
        catch (OperationCanceledException)
        {
            await AbandonAsync(id).ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (PowerFaults.IsExpected(e))
        {
            DisposableLog.NotDiscarded(context.Logger, id, e.Message);
        }

        await AbandonAsync(id).ConfigureAwait(false);
        DisposableLog.NotReady(context.Logger, id);
        return false;
    }

    private async Task<bool> IsReadyAsync(QubeId id, CancellationToken ct)
    {
        if (context.World.Find(id) is not { } qube)
        {
            return false;
        }

        if (!Preload.IsCompleted(qube))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var timeout = Task.Delay(PowerTimes.Seconds(context.World, qube, "qrexec_timeout") * CompletionFactor, context.Power.Time, patience.Token);
            await Task.WhenAny(maker.Making(id), timeout).ConfigureAwait(false);
            await patience.CancelAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }

        return context.World.Find(id) is { } now && Preload.IsCompleted(now) && PowerStates.Active(context.World, id) is not null;
    }

    private async Task ResumeAsync(QubeId id, Call call)
    {
        var run = PowerStates.Active(context.World, id) ?? throw new OperationCanceledException("the run has ended");
        using (context.Power.Quiet.Enter(id))
        {
            if (run.IsPaused)
            {
                await context.DecideAsync(id, draft => Pauses.AnnounceUnpause(draft, id), call).ConfigureAwait(false);
                await context.Power.Ports.Hypervisor.ResumeAsync(id, CancellationToken.None).ConfigureAwait(false);
            }

            await context.DecideAsync(id, draft => PreloadedDisposables.HandOver(draft, id, run.Id), call).ConfigureAwait(false);
        }

        await context.Process.LookAsync(id).ConfigureAwait(false);
    }

    private Task AbandonAsync(QubeId id) =>
        context.Power.NoteAsync(id, draft => PreloadedDisposables.Abandon(draft, id), DisposableContext.OwnCall());
}
