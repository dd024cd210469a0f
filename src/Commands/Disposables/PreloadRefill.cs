using System.Collections.Concurrent;
using System.Numerics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Keeps as many disposables ready as their templates want and memory allows.</summary>
/// <remarks>Source: spec, lifecycle.md 12.</remarks>
internal sealed class PreloadRefill(DisposableContext context, PreloadMaker maker)
{
    private const double MostDelaySeconds = 7 * 24 * 60 * 60;
    private const int BitsOfMiB = 20;

    private readonly ConcurrentDictionary<QubeId, PreloadLane> lanes = new();

    /// <summary>Looks after a template's disposables, after a delay.</summary>
    /// <param name="template">The template.</param>
    /// <param name="delaySeconds">The delay; a negative one waits as long, and fills up only what is empty.</param>
    internal void Request(QubeId template, double delaySeconds) => Lane(template)
        .Request(TimeSpan.FromSeconds(Math.Min(Math.Abs(delaySeconds), MostDelaySeconds)), delaySeconds < 0);

    /// <summary>Completes when nothing is to be done for the template any more.</summary>
    internal Task WhenIdleAsync(QubeId template, CancellationToken ct) => Lane(template).WhenIdleAsync(ct);

    /// <summary>Completes when nothing is under way.</summary>
    internal Task DrainAsync() => Task.WhenAll(lanes.Values.Select(lane => lane.WhenIdleAsync(CancellationToken.None)));

    private PreloadLane Lane(QubeId template) => lanes.GetOrAdd(
        template, id => new PreloadLane(context.Power.Time, whenEmpty => context.GuardAsync(() => RefillAsync(id, whenEmpty)), context.Stop));

    private async Task RefillAsync(QubeId id, bool whenEmpty)
    {
        try
        {
            if (context.World.Find(id) is not { } template || context.IsHeld)
            {
                return;
            }

            var listed = Preload.Listed(template).Length;
            if (listed > (Templates.IsForDisposables(template) ? Preload.Wanted(context.World, template) : 0))
            {
                await context.DecideAsync(id, draft => PreloadedDisposables.DropExcess(draft, id), DisposableContext.OwnCall()).ConfigureAwait(false);
            }
            else if (!(whenEmpty && listed > 0) && PreloadedDisposables.Vacancies(context.World, template) is > 0 and var vacancies)
            {
                PreloadedDisposables.CheckServices(context.World, template);
                Make(id, Math.Min(vacancies, await RoomAsync(template).ConfigureAwait(false)));
            }
        }
        catch (DomainException refusal)
        {
            DisposableLog.NotMade(context.Logger, id, refusal.Message);
        }
    }

    // Memory that is free beyond the threshold, in disposables.
    private async Task<int> RoomAsync(Qube template)
    {
        if (await context.Power.Ports.Memory.AvailableAsync(context.Stop).ConfigureAwait(false) is not { } available)
        {
            return int.MaxValue;
        }

        var each = (PropertyValues.Get(context.World, template, "memory")?.AsInteger() ?? 0) << BitsOfMiB;
        var free = BigInteger.Max(0, new BigInteger(available) - Preload.ThresholdBytes(context.World));
        return each > 0 ? (int)BigInteger.Min(int.MaxValue, free / each) : int.MaxValue;
    }

    // The first one that fails ends the round: what it lacks, the others lack as well.
    private void Make(QubeId template, int wanted)
    {
        var open = wanted;
        var failed = 0;
        for (var worker = 0; worker < Math.Min(wanted, context.Options.ParallelStarts); worker++)
        {
            Lane(template).Start(() => context.GuardAsync(async () =>
            {
                while (Volatile.Read(ref failed) == 0 && Interlocked.Decrement(ref open) >= 0)
                {
                    if (!await maker.MakeAsync(template).ConfigureAwait(false))
                    {
                        Volatile.Write(ref failed, 1);
                    }
                }
            }));
        }
    }
}
