using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Puts in order what an earlier daemon or the end of the host left of disposables.</summary>
/// <remarks>Source: spec, lifecycle.md 10 (boot cleanup) and 12 (load time).</remarks>
internal sealed class DisposableStartup(DisposableContext context, DisposableDiscard discard)
{
    /// <summary>Drops what is unfinished, nowhere, or does not wait, and destroys it.</summary>
    internal async Task RepairAsync()
    {
        foreach (var template in context.World.InOrder().Where(qube => Preload.CanHave(qube) && Preload.Listed(qube).Length > 0).ToList())
        {
            await context.Power.NoteAsync(
                template.Id, draft => PreloadedDisposables.DropUnfinished(draft, template.Id), DisposableContext.OwnCall()).ConfigureAwait(false);
        }

        var world = context.World;
        foreach (var taken in world.Qubes.Values.Where(qube => Preload.IsTaken(world, qube)).ToList())
        {
            await context.Power.NoteAsync(taken.Id, draft => PreloadedDisposables.Abandon(draft, taken.Id), DisposableContext.OwnCall()).ConfigureAwait(false);
        }

        await discard.SweepAsync().ConfigureAwait(false);
    }

    /// <summary>Removes the disposables of before that were to go when they stop: the host went before them.</summary>
    internal async Task RemoveLeftoversAsync(CancellationToken ct)
    {
        foreach (var qube in context.World.InOrder().Where(Disposables.GoesWhenItStops).ToList())
        {
            try
            {
                // Nothing is removed on the word of the log alone: who looks at the hypervisor may not have come to it yet.
                if (!context.World.Runs.ContainsKey(qube.Id) && await context.Power.Ports.Hypervisor.FindAsync(qube.Id, ct).ConfigureAwait(false) is null)
                {
                    await context.Power.NoteAsync(qube.Id, draft => Disposables.CleanUp(draft, qube.Id), DisposableContext.OwnCall()).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException && PowerFaults.IsExpected(e))
            {
                DisposableLog.NotDiscarded(context.Logger, qube.Id, e.Message);
            }
        }
    }

    /// <summary>The templates that want disposables which they do not have.</summary>
    internal IEnumerable<QubeId> Wanting() => context.World.InOrder()
        .Where(qube => Preload.CanHave(qube) && PreloadedDisposables.Vacancies(context.World, qube) > 0).Select(qube => qube.Id);
}
