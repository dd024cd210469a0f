using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The storage process: takes the wishes of the log to the disks, and what came of them to the log.</summary>
/// <remarks>Its checkpoint is the world itself, which holds every wish without an outcome: qubes whose volumes are not there yet, volumes that removed qubes
/// left, changes under way (docs/adr/0008-storage.md). Work on qubes of one name is done in order, other work side by side.</remarks>
public sealed class VolumeProcess : IAsyncDisposable
{
    /// <summary>The verb under which the log holds what the process notes by itself.</summary>
    public const string Verb = "qubesd.storage";

    private const string ResizeService = "qubes.ResizeDisk";

    private readonly StorageContext context;
    private readonly VolumeChanger changer;
    private readonly VolumeMaker maker;
    private readonly QubeVolumes volumes;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim turns = new(MostAtOnce);
    private Func<QubeId, string, Call, Task> resized = static (_, _, _) => Task.CompletedTask;

    private const int MostAtOnce = 16;

    /// <summary>Creates the process; it does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="drivers">The storage drivers.</param>
    /// <param name="running">What surrounds running volumes.</param>
    /// <param name="dispatcher">Carries out commands.</param>
    /// <param name="outcomes">Who waits for what comes of commands.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public VolumeProcess(
        IVolumeDrivers drivers, IRunningVolumes running, Dispatcher dispatcher, OutcomeWaiters outcomes, TimeProvider time, ILogger<VolumeProcess> logger)
    {
        context = new StorageContext(drivers, dispatcher, time, logger);
        changer = new VolumeChanger(context, (qube, volume, call) => resized(qube, volume, call));
        maker = new VolumeMaker(context, changer);
        volumes = new QubeVolumes(context, changer, maker, running);
        Outcomes = outcomes;
        Imports = new VolumeImportRequests(dispatcher, context);
        Figures = new VolumeFigures(context);
        Check = new StorageCheck(context, maker, volumes);
    }

    /// <summary>The volumes of qubes that start and stop.</summary>
    public IQubeStorage Volumes => volumes;

    /// <summary>Clients that write into volumes.</summary>
    public VolumeImportRequests Imports { get; }

    /// <summary>What volumes take on the disk.</summary>
    public VolumeFigures Figures { get; }

    /// <summary>Looks for what is wrong on the disks.</summary>
    public StorageCheck Check { get; }

    private OutcomeWaiters Outcomes { get; }

    /// <summary>Tells running qubes of the new size of a volume; to be called before <see cref="RunAsync"/>.</summary>
    public void TellSizesThrough(PowerRequests power) => resized = (qube, volume, call) =>
        power.RunServiceAsync(qube, ResizeService, System.Text.Encoding.ASCII.GetBytes(volume), call, CancellationToken.None);

    /// <summary>Hears of a commit; neither waits nor throws.</summary>
    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            if (Work(world, recorded) is var (qube, name, work))
            {
                Outcomes.Add(recorded.Metadata?.CorrelationId, Enqueue(qube, name, work));
            }
        }
    }

    /// <summary>The log was opened late: what an earlier daemon left can be settled only now.</summary>
    public void LogOpened() => _ = SettleAsync();

    /// <summary>Settles what an earlier daemon left; returns when that is under way.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var registration = ct.Register(stopping.Cancel).ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
        await Task.Delay(Timeout.Infinite, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Stops: wishes under way stay open, to be settled by the next daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await context.Lanes.DrainAsync().ConfigureAwait(false);
        stopping.Dispose();
        Check.Dispose();
        turns.Dispose();
    }

    private (QubeId Qube, string Name, Func<Task> Work)? Work(World world, RecordedEvent recorded)
    {
        var call = Call.OfDaemon(Verb, recorded);
        return recorded.Event switch
        {
            QubeAdded { Volumes.Count: > 0 } e => (e.Qube, e.Name, () => maker.CreateAsync(e.Qube, isNew: true, call, stopping.Token)),
            QubeRemoved e when world.LeftVolumes.TryGetValue(e.Qube, out var left) => (e.Qube, left.Name, () => maker.RemoveLeftAsync(e.Qube, call, stopping.Token)),
            VolumeChangeRequested e when world.Find(e.Qube) is { } qube =>
                (e.Qube, qube.Name, () => changer.ChangeAsync(e.Qube, e.Volume, e.Change.Id, call, stopping.Token)),
            VolumeChangeAdvanced { Phase: VolumeChangePhase.Ready } e when VolumeOutcomes.Find(world, e.Qube, e.Volume, e.Change)?.Kind == VolumeChangeKind.Import =>
                (e.Qube, world.Qube(e.Qube).Name, () => changer.ChangeAsync(e.Qube, e.Volume, e.Change, call, stopping.Token)),
            VolumeChangeFailed e when world.Find(e.Qube) is { } qube => (e.Qube, qube.Name, () => DiscardAsync(e.Qube, e.Volume)),
            _ => null,
        };
    }

    // Unless another change was begun meanwhile, whose data it would be.
    private Task DiscardAsync(QubeId id, string volume) =>
        context.World.Find(id)?.StateOf(volume).Incoming is null ? changer.DiscardAsync(id, volume) : Task.CompletedTask;

    private async Task SettleAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var world = context.World;
        var call = StorageContext.OwnCall();
        var pending = world.Qubes.Values.Where(qube => qube is { IsOnDisk: false, Volumes.Count: > 0 }).ToList();
        List<Task> work =
        [
            .. world.LeftVolumes.Select(left => Enqueue(left.Key, left.Value.Name, () => maker.RemoveLeftAsync(left.Key, call, stopping.Token))),
            .. pending.Select(qube => Enqueue(qube.Id, qube.Name, () => maker.CreateAsync(qube.Id, isNew: false, call, stopping.Token))),
            .. world.Qubes.Values.Where(qube => qube.IsOnDisk).Select(qube => Enqueue(qube.Id, qube.Name, () => SettleAsync(qube.Id, call))),
        ];
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (pending.Count > 0)
        {
            StorageLog.Adopted(context.Logger, pending.Count(qube => context.World.Find(qube.Id) is { IsOnDisk: true }));
        }

        foreach (var pool in context.World.Pools)
        {
            await LookForStraysAsync(pool).ConfigureAwait(false);
        }

        StorageLog.Settled(context.Logger, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task SettleAsync(QubeId id, Call call)
    {
        foreach (var config in context.World.Find(id)?.Volumes ?? [])
        {
            var world = context.World;
            if (world.Find(id) is not { } qube || DriverVolumes.Find(world, qube, config) is not { } volume)
            {
                continue;
            }

            foreach (var open in qube.StateOf(config.Name).Changes)
            {
                await changer.SettleAsync(id, config.Name, open, call, stopping.Token).ConfigureAwait(false);
            }

            if (config.SaveOnStop && context.World.Find(id)?.StateOf(config.Name).Incoming is null)
            {
                await LookAsync(id, volume, call).ConfigureAwait(false);
            }
        }
    }

    private async Task LookAsync(QubeId id, DriverVolume volume, Call call)
    {
        var driver = context.Drivers.Of(volume.Pool);
        if (await driver.HasImportAsync(volume, stopping.Token).ConfigureAwait(false))
        {
            await driver.DiscardImportAsync(volume, stopping.Token).ConfigureAwait(false);
        }

        var condition = await driver.LookAsync(volume, stopping.Token).ConfigureAwait(false);
        if (!condition.Exists)
        {
            StorageLog.Missing(context.Logger, volume.Config.Name, id);
        }

        if (context.World.Find(id)?.StateOf(volume.Config.Name).Revisions != condition.Revisions)
        {
            await context.NoteAsync(draft => VolumeOutcomes.Observe(draft, id, volume.Config.Name, condition.Revisions), call).ConfigureAwait(false);
        }
    }

    // What an interrupted piece of work left goes; what may be somebody's data is only told of.
    private async Task LookForStraysAsync(Pool pool)
    {
        var report = await Check.SweepAsync(pool, stopping.Token).ConfigureAwait(false);
        if ((report.Fault ?? (report.IsBusy ? "work on volumes is under way" : null)) is { } reason)
        {
            StorageLog.NotLooked(context.Logger, pool.Name, reason);
        }

        if (report.Strays.Count(stray => !stray.IsMended) is > 0 and var left)
        {
            StorageLog.Strays(context.Logger, pool.Name, left);
        }
    }

    private Task Enqueue(QubeId qube, string name, Func<Task> work) => context.Lanes.RunAsync(name, async () =>
    {
        await turns.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new RefusedException("qubesd is stopping"); // the next daemon goes on
        }
        catch (DomainException)
        {
            throw;
        }
#pragma warning disable CA1031 // A bug in the work on one qube must not stop the work on the others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            StorageLog.Fault(context.Logger, qube, fault);
            throw;
        }
        finally
        {
            turns.Release();
        }
    });
}
