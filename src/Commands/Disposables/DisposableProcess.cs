using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The keeper of disposables: has some ready before they are needed, and cleans up those that nobody wants.</summary>
/// <remarks>
/// What it has to go by is in the log, in features of templates and disposables (<see cref="Preload.InProgressFeature"/>), so a daemon that starts
/// finds out what an earlier one left. It acts on what clients are told as well: the events that tell a template to look after its disposables.
/// Source: spec, lifecycle.md 12.
/// </remarks>
public sealed class DisposableProcess : IAsyncDisposable
{
    /// <summary>The verb under which the log holds what it does by itself.</summary>
    public const string Verb = "qubesd.disposables";

    private readonly DisposableContext context;
    private readonly DisposableDiscard discard;
    private readonly PreloadMaker maker;
    private readonly PreloadRefill refill;
    private readonly DisposableStartup startup;
    private readonly CancellationTokenSource stopping = new();
    private int sweepWanted;

    /// <summary>Creates the keeper.</summary>
    /// <param name="power">Starts and stops qubes.</param>
    /// <param name="dispatcher">Carries out commands.</param>
    /// <param name="recent">The numbers that disposables had until lately.</param>
    /// <param name="options">How disposables are kept.</param>
    /// <param name="logger">Where faults are told.</param>
    public DisposableProcess(PowerProcess power, Dispatcher dispatcher, RecentDispIds recent, DisposableOptions options, ILogger<DisposableProcess> logger)
    {
        context = new DisposableContext(power, dispatcher, recent, options, logger, stopping.Token);
        discard = new DisposableDiscard(context);
        maker = new PreloadMaker(context, discard);
        refill = new PreloadRefill(context, maker);
        startup = new DisposableStartup(context, discard);
        Requests = new DisposableRequests(context, maker, refill);
    }

    /// <summary>What clients ask for.</summary>
    public DisposableRequests Requests { get; }

    /// <summary>Hears of a commit; neither waits nor throws.</summary>
    public void Committed(ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            if (recorded.Event is FeatureSet { Feature: Preload.ListFeature or Preload.InProgressFeature } && Interlocked.Exchange(ref sweepWanted, 1) == 0)
            {
                _ = Task.Run(SweepAsync);
            }
        }
    }

    /// <summary>Hears of what clients are told; neither waits nor throws.</summary>
    public void Announced(EquatableArray<Announcement> announcements)
    {
        foreach (var announcement in announcements)
        {
            if (announcement is { Subject: { } template, Event: Preload.StartEvent or Preload.UsedEvent })
            {
                refill.Request(template, Delay(announcement));
            }
        }
    }

    /// <summary>Puts in order what was left over, once the executor has looked at everything.</summary>
    /// <param name="isBoot">Whether the host has started since a daemon ran last: then what was to go when it stops goes, and others fill up.</param>
    /// <param name="ct">Ends it.</param>
    public async Task StartAsync(bool isBoot, CancellationToken ct)
    {
        await context.GuardAsync(startup.RepairAsync).ConfigureAwait(false);
        if (isBoot)
        {
            await context.GuardAsync(() => startup.RemoveLeftoversAsync(ct)).ConfigureAwait(false);
            return;
        }

        foreach (var template in startup.Wanting().ToList())
        {
            refill.Request(template, 0);
        }
    }

    /// <summary>Has none ready any more, until <see cref="ReleaseAsync"/>; returns when they are gone.</summary>
    public async Task HoldAsync(Call call)
    {
        context.IsHeld = true;
        foreach (var template in context.World.InOrder().Where(qube => Preload.CanHave(qube) && Preload.Listed(qube).Length > 0).ToList())
        {
            await context.Power.NoteAsync(template.Id, draft => PreloadedDisposables.DropAll(draft, template.Id), call).ConfigureAwait(false);
        }

        await discard.SweepAsync().ConfigureAwait(false);
    }

    /// <summary>Has some ready again.</summary>
    /// <param name="call">The request.</param>
    /// <param name="reason">Why, as clients are told.</param>
    public async Task ReleaseAsync(Call call, string reason)
    {
        context.IsHeld = false;
        foreach (var template in startup.Wanting().ToList())
        {
            await context.Power.NoteAsync(
                template, draft => draft.Announce(draft.World.Qube(template), Preload.StartEvent, new AnnouncementArgument("reason", reason)), call).ConfigureAwait(false);
        }
    }

    /// <summary>Stops; what is under way is settled by the next daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await refill.DrainAsync().ConfigureAwait(false);
        await discard.DrainAsync().ConfigureAwait(false);
        maker.Dispose();
        stopping.Dispose();
    }

    private Task SweepAsync() => context.GuardAsync(() =>
    {
        Interlocked.Exchange(ref sweepWanted, 0);
        return discard.SweepAsync();
    });

    private static double Delay(Announcement announcement)
    {
        foreach (var (key, value) in announcement.Arguments)
        {
            if (key == "delay" && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds))
            {
                return seconds;
            }
        }

        return 0;
    }
}
