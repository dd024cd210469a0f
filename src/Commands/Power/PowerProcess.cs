using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The executor: takes the wishes of the log to the hypervisor, and what happens there to the log.</summary>
/// <remarks>
/// Its checkpoint is the world itself: <see cref="World.Runs"/> holds every wish without an outcome, however the daemon ended, so there is no
/// position to keep beside it (docs/adr/0006-power.md). Work on one qube is done in order, work on different qubes side by side. The hypervisor's notices
/// are only hints to look; a regular look finds what they missed.
/// </remarks>
public sealed class PowerProcess : IAsyncDisposable
{
    /// <summary>The verb under which the log holds what the executor notes by itself.</summary>
    public const string Verb = "qubesd.power";

    private readonly PowerContext context;
    private readonly QubeStarter starter;
    private readonly RunReconciliation reconciliation;
    private readonly NetworkConnections connections;
    private readonly CancellationTokenSource stopping = new();
    private int unanswered;

    /// <summary>Creates the executor; it does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="ports">The outside.</param>
    /// <param name="storage">The volumes.</param>
    /// <param name="dispatcher">Carries out commands.</param>
    /// <param name="options">How patient it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public PowerProcess(
        PowerPorts ports, IQubeStorage storage, Dispatcher dispatcher, PowerOptions options, TimeProvider time, ILogger<PowerProcess> logger)
    {
        context = new PowerContext(ports, storage, dispatcher, options, time, logger);
        var stopper = new QubeStopper(context);
        Requests = new PowerRequests(context, stopper, dispatcher, this);
        starter = new QubeStarter(context, stopper, Requests.StartAsync);
        reconciliation = new RunReconciliation(context, starter, stopper);
        connections = new NetworkConnections(context, Enqueue, Requests);
    }

    /// <summary>What clients ask for.</summary>
    public PowerRequests Requests { get; }

    /// <summary>What those share who go on where the executor ends.</summary>
    internal PowerContext Context => context;

    /// <summary>What running domains use.</summary>
    public DomainFigures Figures => context.Figures;

    /// <summary>Lets somebody take part in starts, after those that were added before; to be called before <see cref="RunAsync"/>.</summary>
    public void Add(IStartSteps steps) => context.StartSteps = context.StartSteps.Add(steps);

    /// <summary>Hears of a commit; neither waits nor throws.</summary>
    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            if (recorded.Event is StartRequested start)
            {
                var call = Call.OfDaemon(Verb, recorded);
                Enqueue(start.Qube, () => starter.StartAsync(start.Qube, start.Run, call, stopping.Token));
            }

            if (recorded.Event is RunEvent run)
            {
                context.Waiters.Changed(run.Qube, world);
            }
            else if (recorded.Event is RunObserved observed)
            {
                context.Waiters.Changed(observed.Qube, world);
            }
            else if (recorded.Event is QubeRemoved removed)
            {
                context.Waiters.Changed(removed.Qube, world);
            }
        }

        connections.Committed(world, events, stopping.Token);
    }

    /// <summary>Settles what an earlier daemon left, then follows the hypervisor until the end.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var registration = ct.Register(stopping.Cancel).ConfigureAwait(false);
        await ReconnectAsync().ConfigureAwait(false);
        await Task.WhenAll(FollowNoticesAsync(), LookRegularlyAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Looks at everything and waits until what was found is settled, or the time is over.</summary>
    public async Task SettleAsync(TimeSpan patience)
    {
        var settled = Task.Run(async () =>
        {
            await LookAtAllAsync().ConfigureAwait(false);
            await context.Lanes.DrainAsync().ConfigureAwait(false);
        });
        await Task.WhenAny(settled, Task.Delay(patience, context.Time)).ConfigureAwait(false);
    }

    /// <summary>Stops: wishes under way stay open, to be settled by the next daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await context.Lanes.DrainAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    /// <summary>Looks at a qube when what is under way for it is done; a start whose domain has gone is broken off.</summary>
    internal async Task LookAsync(QubeId qube)
    {
        if (context.World.Runs.TryGetValue(qube, out var run) && context.Attempts.Find(run.Id) is { } attempt)
        {
            if (run.IsActive && await HasGoneAsync(qube, run).ConfigureAwait(false))
            {
                attempt.BreakOff();
            }

            return;
        }

        await Enqueue(qube, () => reconciliation.LookAsync(qube, stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Whether the domain of a run is certainly no longer there; not when the hypervisor does not answer.</summary>
    internal async Task<bool> HasGoneAsync(QubeId qube, Run run)
    {
        try
        {
            return await context.Ports.Hypervisor.FindAsync(qube, stopping.Token).ConfigureAwait(false) is not { } domain || domain.Xid != run.Xid;
        }
        catch (Exception e) when (PowerFaults.IsExpected(e))
        {
            return false;
        }
    }

    // The databases of qubes that run through a restart of the daemon.
    private async Task ReconnectAsync()
    {
        await LookAtAllAsync().ConfigureAwait(false);
        foreach (var (qube, run) in context.World.Runs.Where(entry => entry.Value.Phase == RunPhase.Started))
        {
            _ = Enqueue(qube, () => reconciliation.ConnectAsync(qube, run, stopping.Token));
        }
    }

    private async Task FollowNoticesAsync()
    {
        await foreach (var notice in context.Ports.Hypervisor.Notices.ReadAllAsync(stopping.Token).ConfigureAwait(false))
        {
            _ = notice.Qube is { } qube ? LookAsync(qube) : LookAtAllAsync();
        }
    }

    private async Task LookRegularlyAsync()
    {
        var pause = context.Options.LookInterval;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(pause, context.Time, stopping.Token).ConfigureAwait(false);
            pause = await LookAtAllAsync().ConfigureAwait(false) ? context.Options.LookInterval : context.Options.RetryInterval;
        }
    }

    private async Task<bool> LookAtAllAsync()
    {
        try
        {
            var listed = await context.Ports.Hypervisor.ListAsync(stopping.Token).ConfigureAwait(false);
            context.Figures.Saw(listed);
            if (Interlocked.Exchange(ref unanswered, 0) == 1)
            {
                PowerLog.ListedAgain(context.Logger);
            }

            var domains = listed.ToDictionary(domain => domain.Qube);
            foreach (var qube in domains.Keys.Union(context.World.Runs.Keys).ToList())
            {
                if (!context.Lanes.IsBusy(qube) && !reconciliation.IsSettled(qube, domains.GetValueOrDefault(qube)))
                {
                    _ = LookAsync(qube);
                }
                else if (context.World.Runs.TryGetValue(qube, out var run) && context.Attempts.Find(run.Id) is not null)
                {
                    _ = LookAsync(qube);
                }
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException && PowerFaults.IsExpected(e))
        {
            if (Interlocked.Exchange(ref unanswered, 1) == 0)
            {
                PowerLog.NotListed(context.Logger, e.Message); // once, however often it is asked again
            }

            return false;
        }
    }

    private Task Enqueue(QubeId qube, Func<Task> work) => context.Lanes.RunAsync(qube, async () =>
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next daemon goes on.
        }
#pragma warning disable CA1031 // A bug in the work on one qube must not stop the work on the others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            PowerLog.Fault(context.Logger, qube, fault);
        }
    });
}
