using System.Collections.Concurrent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Destroys and removes disposables that nobody wants any more.</summary>
internal sealed class DisposableDiscard(DisposableContext context)
{
    private readonly ConcurrentDictionary<QubeId, Lazy<Task>> underWay = new();

    /// <summary>Destroys and removes all that were dropped.</summary>
    internal Task SweepAsync()
    {
        var world = context.World;
        var dropped = world.Qubes.Values.Where(qube => Preload.IsDropped(world, qube)).ToList();
        return Task.WhenAll(dropped.Select(qube => DiscardAsync(qube.Id)));
    }

    /// <summary>Destroys and removes one; what somebody wants to keep although it stopped is only destroyed.</summary>
    internal Task DiscardAsync(QubeId qube) => underWay.GetOrAdd(qube, id => new Lazy<Task>(() => Task.Run(() => FollowAsync(id)))).Value;

    /// <summary>Waits until nothing is under way.</summary>
    internal Task DrainAsync() => Task.WhenAll(underWay.Values.Select(work => work.Value));

    private async Task FollowAsync(QubeId qube)
    {
        try
        {
            await context.GuardAsync(() => EndAsync(qube)).ConfigureAwait(false);
        }
        finally
        {
            underWay.TryRemove(qube, out _);
        }
    }

    private async Task EndAsync(QubeId qube)
    {
        using var timer = new CancellationTokenSource(context.Options.DiscardPatience, context.Power.Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, context.Stop);
        try
        {
            while (context.World.Find(qube) is not null && await ContinueAsync(qube, patience.Token).ConfigureAwait(false))
            {
                // Killed, or waited for: look again.
            }
        }
        catch (OperationCanceledException) when (!context.Stop.IsCancellationRequested)
        {
            DisposableLog.NotDiscarded(context.Logger, qube, "it takes too long to stop");
        }
        catch (DomainException refusal)
        {
            DisposableLog.NotDiscarded(context.Logger, qube, refusal.Message);
        }
    }

    // Whether there is more to do.
    private async Task<bool> ContinueAsync(QubeId qube, CancellationToken ct)
    {
        var call = DisposableContext.OwnCall();
        if (!context.World.Runs.TryGetValue(qube, out var run))
        {
            await context.Power.NoteAsync(qube, draft => Disposables.CleanUp(draft, qube), call).ConfigureAwait(false);
            return false;
        }

        if (!run.IsActive)
        {
            await context.Power.Waiters.WaitAsync(qube, world => world.Runs.GetValueOrDefault(qube) != run, ct).ConfigureAwait(false);
            return true;
        }

        try
        {
            await context.Process.Requests.KillAsync(qube, call, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is QubeNotStartedException or QubeNotFoundException)
        {
            // It ended by itself.
        }

        return true;
    }
}
