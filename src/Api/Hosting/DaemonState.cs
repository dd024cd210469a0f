using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>What the daemon keeps: the log, the writer on it, the view of the store, the snapshots.</summary>
internal sealed class DaemonState(
    LogSource source, EventHub hub, StateChanges changes, PastStates past, RecentDispIds recentDispIds, IServiceFolder services, QubeFilesHost files,
    QubesDbFollower keys, ILoggerFactory loggers, DaemonConfiguration configuration)
    : IAsyncDisposable
{
    // A client that comes back to an older state gets it faster by reading it anew.
    private const int MostEventsToReplay = 20_000;
    private const string ForgetVerb = "qubesd.forget";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = loggers.CreateLogger("qubesd");
    private readonly CommitFanOut fanOut = new(hub, changes, recentDispIds);
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task> loops = [];
    private Writer? writer;
    private EventLogHost? log;
    private EphemeralJournal? journal;
    private StoreKeeper? keeper;
    private CheckpointKeeper? checkpoints;
    private Dispatcher? dispatcher;
    private ViewRebuild? rebuild;

    /// <summary>The writer.</summary>
    internal Writer Writer => writer ?? throw new InvalidOperationException("the daemon has not started");

    /// <summary>Whether the log is open.</summary>
    internal bool HasLog => log is not null;

    /// <summary>Answers questions about the log; null while it is not open.</summary>
    internal LogPages? Pages => log is { } opened ? new LogPages(opened.Search, opened.Serializer, TimeProvider.System) : null;

    /// <summary>Starts on an open log, or on what can be found without it.</summary>
    internal async Task StartAsync(
        OpenedLog? opened, StoreKeeper storeKeeper, string? import, string store, Exception? reason, CancellationToken ct)
    {
        keeper = storeKeeper;
        if (opened is not null)
        {
            var world = await AttachAsync(opened, import, ct).ConfigureAwait(false);
            writer = MakeWriter(opened.Log.Appender, world, null);
            return;
        }

        var (fallback, origin) = source.FallBack(store)!.Value; // the caller has looked
        HostLog.ReadOnly(logger, origin, reason!); // not opened, so there is one
        writer = MakeWriter(null, fallback, $"The event log cannot be opened, nothing was changed: {reason!.Message}");
    }

    /// <summary>Starts what needs commands: the files of qubes, and the end of firewall rules.</summary>
    internal void Follow(
        Dispatcher commands, VolumeProcess volumes, PolicyWatch policy, PowerProcess executor, DeviceProcess devices, DisposableProcess disposables)
    {
        (dispatcher, fanOut.Volumes, fanOut.Policy) = (commands, volumes, policy);
        (fanOut.Power, fanOut.Devices, fanOut.Disposables) = (executor, devices, disposables);
        if (fanOut.Files is not null)
        {
            loops.Add(Task.Run(() => files.RunAsync(Writer.Current.Kept, (command, ct) => SendAsync(command, FirstEvents.ImportVerb, ct), ending.Token)));
        }

        if (HasLog)
        {
            var expiry = new FirewallExpiry(
                () => Writer.Current, (command, ct) => SendAsync(command, FirewallExpiry.Verb, ct), TimeProvider.System, loggers.CreateLogger<FirewallExpiry>());
            fanOut.Expiry = expiry;
            loops.Add(Task.Run(() => expiry.RunAsync(ending.Token)));
        }
    }

    /// <summary>Tries once more to open a log that could not be opened at the start.</summary>
    internal async Task TryReopenAsync(CancellationToken ct)
    {
        if (await source.TryOpenAsync(null, ct).ConfigureAwait(false) is ({ } opened, _))
        {
            var world = await AttachAsync(opened, null, ct).ConfigureAwait(false);
            Writer.Attach(opened.Log.Appender, world, journal);
            Follow(dispatcher!, fanOut.Volumes!, fanOut.Policy!, fanOut.Power!, fanOut.Devices!, fanOut.Disposables!); // serving, so there are all
            fanOut.Volumes!.LogOpened();
            HostLog.Reopened(logger, world.Position.Value);
        }
    }

    /// <summary>Forgets a qube that is gone, while changes wait; returns what was done.</summary>
    /// <param name="wanted">The UUID or the name that it had.</param>
    /// <param name="ct">Ends the waiting for a moment to begin.</param>
    /// <exception cref="RefusedException">It cannot be forgotten, or the log cannot be used.</exception>
    internal async Task<ForgetPlan> ForgetAsync(string wanted, CancellationToken ct)
    {
        ForgetPlan? done = null;
        try
        {
            await Writer.PauseAsync(
                async (appender, world) =>
                {
                    var opened = log!; // there is a log to append to
                    done = await new ForgetPlanner(opened.Reader).MakeAsync(wanted, world.Kept, null, CancellationToken.None).ConfigureAwait(false);
                    if (!done.References.IsEmpty)
                    {
                        throw new ForgetRefusedException($"it is referred to by {string.Join(", ", done.References)}");
                    }

                    var kept = await opened.Forgetter.RunAsync(done, appender, world.Kept, Call.OfDaemon(ForgetVerb).ToMetadata(), CancellationToken.None)
                        .ConfigureAwait(false);
                    return world.At(kept.Position);
                },
                ct).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is ForgetRefusedException or EventLogUnavailableException or PostgresSetupException or LogRefusedException)
        {
            throw new RefusedException(reason.Message);
        }

        return done!; // it was made, or something was thrown
    }

    /// <summary>Rebuilds a view from the log and tells how it compared.</summary>
    /// <exception cref="RefusedException">It cannot be rebuilt.</exception>
    internal async Task<RebuildReport> RebuildAsync(string view, CancellationToken ct)
    {
        rebuild ??= new ViewRebuild(
            log ?? throw new RefusedException("There is no log to rebuild a view from"), Writer, fanOut, files, keys, keeper!.Path, source.Journals.WholeStore, logger);
        return await rebuild.RunAsync(view, ct).ConfigureAwait(false);
    }

    /// <summary>Refuses new changes, makes everything durable that is under way, and closes the log.</summary>
    public async ValueTask DisposeAsync()
    {
        if (writer is not null)
        {
            await writer.DisposeAsync().ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (log is not null && writer is not null)
        {
            await FlushAsync(writer.Current.Kept).ConfigureAwait(false);
            await (checkpoints?.FlushAsync(CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
            checkpoints?.Dispose();
            await log.DisposeAsync().ConfigureAwait(false);
            journal?.Dispose();
        }

        changes.Past?.Dispose();
        past.Worlds?.Dispose();
        rebuild?.Dispose();
        ending.Dispose();
    }

    private async Task<World> AttachAsync(OpenedLog opened, string? import, CancellationToken ct)
    {
        (log, journal) = (opened.Log, opened.Journal);
        (var world, fanOut.Store) = await keeper!.FollowAsync(opened, import, ct).ConfigureAwait(false); // set at the start
        fanOut.Snapshots = new SnapshotKeeper(
            log.Snapshots, () => opened.Log.Snapshots.Spacing, opened.Snapshot, reason => HostLog.SnapshotFailed(logger, reason));
        fanOut.Snapshots.Publish(world.Kept);
        changes.Past = new PastWorlds(log.Reader, log.Snapshots, MostEventsToReplay);
        past.Worlds = new PastWorlds(log.Reader, log.Snapshots, PastStates.MostEvents) { PassesErased = true };
        loops.Add(fanOut.Snapshots.RunAsync(ending.Token));
        checkpoints = source.MakeCheckpoints(log, loggers.CreateLogger("qubesd.checkpoints"));
        loops.Add(Task.Run(() => checkpoints.RunAsync(ending.Token), CancellationToken.None));
        if (configuration.ActivityRetention is { } age)
        {
            loops.Add(new ActivityKeeper(log.Activity, age, TimeProvider.System, logger).RunAsync(ending.Token));
        }

        var backfill = new SnapshotBackfill(
            log, TimeProvider.System, count => HostLog.SnapshotsMade(logger, count), reason => HostLog.SnapshotFailed(logger, reason));
        loops.Add(Task.Run(() => backfill.RunAsync(ending.Token), CancellationToken.None));
        fanOut.Services = new Dom0ServicesView(services, TimeProvider.System, RetryInterval, reason => HostLog.ServicesFailed(logger, reason));
        fanOut.Services.Publish(world);
        loops.Add(fanOut.Services.RunAsync(ending.Token));
        keys.Begin(world, await QubesDbReplay.OfAsync(log.Reader, log.Snapshots, world, ct).ConfigureAwait(false));
        fanOut.Keys = keys;
        if (fanOut.Store is { } view)
        {
            files.View.Start(world.Kept);
            fanOut.Files = files.View;
            loops.Add(view.RunAsync(ending.Token));
        }

        if (journal is not null)
        {
            fanOut.WholeStore = source.Journals.ShowWhole(world);
            loops.Add(fanOut.WholeStore.RunAsync(ending.Token));
        }

        return world;
    }

    private async Task FlushAsync(World world)
    {
        try
        {
            await (fanOut.Store?.FlushAsync(CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
            await (fanOut.WholeStore?.FlushAsync(CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
            await (fanOut.Files?.FlushAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Stopping goes on: the store is written again at the next start.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            HostLog.StoreFailed(logger, "qubes.xml", reason);
        }

        await (fanOut.Snapshots?.SaveAsync(world, CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private async Task SendAsync(ICommand command, string verb, CancellationToken ct) =>
        await dispatcher!.SendAsync(command, Call.OfDaemon(verb), ct).ConfigureAwait(false); // given with what sends

    private Writer MakeWriter(IEventAppender? appender, World world, string? refusal)
    {
        changes.Publish(world, []);
        recentDispIds.Begin(world);
        return new Writer(
            appender, world, fanOut, TimeProvider.System,
            new WriterOptions { QueueLength = configuration.WriterQueue, Linger = configuration.WriterLinger },
            loggers.CreateLogger<Writer>(), refusal, journal);
    }
}
