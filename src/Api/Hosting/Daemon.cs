using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>The composition root: puts the daemon together, serves until it is told to stop, and takes it apart again.</summary>
internal sealed class Daemon(RunOptions options, DaemonConfiguration configuration, ILoggerFactory loggers)
{
    private const string StorePath = "/var/lib/qubes/qubes.xml";
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReopenInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ObserveInterval = TimeSpan.FromSeconds(5);

    private readonly RootedPaths paths = new(options.Root);
    private readonly ILogger logger = loggers.CreateLogger("qubesd");
    private readonly EventHub hub = new(new EventHubOptions { QueueMessages = configuration.EventQueue }, loggers.CreateLogger("qubesd.events"));
    private readonly StateChanges changes = new(new StateChangesOptions { ForgetsDisposables = configuration.ForgetsDisposables });
    private readonly PastStates past = new();
    private readonly RecentDispIds recentDispIds = new(TimeProvider.System);
    private Func<World> current = static () => World.Empty;
    private readonly SystemdNotifier systemd = SystemdNotifier.TakeFromEnvironment();

    /// <summary>Runs the daemon until <paramref name="stop"/> is triggered.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(CancellationToken stop)
    {
        ProcessLimits.RaiseFileDescriptors();
        Directory.CreateDirectory(paths.OnDisk(LogSource.Directory));
        await using var outside = MakeOutside();
        var firstEvents = new FirstEvents(paths, logger);
        var journals = new JournalKeeper(paths, configuration, logger);
        var source = new LogSource(paths, configuration, outside.Host, firstEvents, journals, logger);
        var store = paths.OnDisk(StorePath);
        var (opened, reason) = await source.TryOpenAsync(options.Import ?? (File.Exists(store) ? store : null), stop).ConfigureAwait(false);
        if (opened is null && source.FallBack(store) is null)
        {
            throw reason!; // not opened, so there is a reason
        }

        using var files = new QubeFilesHost(paths, configuration.StoreWriteInterval, logger);
        var services = new ServiceFolder(paths.OnDisk(Dom0Services.Folder));
        await using var state = new DaemonState(source, hub, changes, past, recentDispIds, services, files, outside.Keys, loggers, configuration);
        current = () => state.Writer.Current;
        await state.StartAsync(opened, MakeKeeper(firstEvents), options.Import, store, reason, stop).ConfigureAwait(false);
        return await ServeAsync(state, files, outside, stop).ConfigureAwait(false);
    }

    private async Task<int> ServeAsync(DaemonState state, QubeFilesHost files, Outside outside, CancellationToken stop)
    {
        var writer = state.Writer;
        var observer = new HostObserver(outside.Host, writer);
        using var metrics = new MetricsBehavior();
        var outcomes = new OutcomeWaiters();
        using var preparation = new AddPoolPreparation(outside.Pools, () => writer.Current);
        var dispatcher = new Dispatcher(writer, CommandRegistry.All,
        [
            metrics, new AuditBehavior(loggers.CreateLogger<AuditBehavior>()), new ValidationBehavior(CommandRegistry.All),
            new PermissionBehavior(() => writer.Current), new HostBehavior(observer), new StorageBehavior(outcomes),
        ], [preparation, .. PlanPreparation.All(preparation, () => writer.Current, TimeProvider.System)]);
        await observer.ObserveAsync(Call.OfDaemon(HostWatch.Verb), stop).ConfigureAwait(false);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = new HostWatch(observer, TimeProvider.System, ObserveInterval, reason => HostLog.NotObserved(logger, reason)).RunAsync(watching.Token);
        await using var volumes = new VolumeProcess(
            outside.Drivers, outside.RunningVolumes, dispatcher, outcomes, TimeProvider.System, loggers.CreateLogger<VolumeProcess>());
        await using var power = new PowerProcess(
            outside.Ports, volumes.Volumes, dispatcher, new PowerOptions(), TimeProvider.System, loggers.CreateLogger<PowerProcess>());
        await using var devices = new DeviceProcess(
            outside.DevicePorts, dispatcher, new DeviceOptions(), TimeProvider.System, loggers.CreateLogger<DeviceProcess>());
        power.Add(devices);
        await using var disposables = new DisposableProcess(
            power, dispatcher, recentDispIds, new DisposableOptions(), loggers.CreateLogger<DisposableProcess>());
        volumes.TellSizesThrough(power.Requests);
        using var policyDisk = new PolicyDisk(paths);
        using var policyWriter = new PolicyWriter(paths, LogSource.PolicySteps);
        var policy = new PolicyInForce(policyDisk, PolicyLocations.Standard);
        var policyFiles = new PolicyChanges(policyDisk, policyWriter, policy.Locations, PolicyChanges.RecordingThrough(dispatcher));
        await using var policyWatch = new PolicyWatch(
            policy, policyDisk, dispatcher, policyFiles.Gate, outcomes, TimeProvider.System, loggers.CreateLogger<PolicyWatch>());
        state.Follow(dispatcher, volumes, policyWatch, power, devices, disposables);
        _ = volumes.RunAsync(stop);
        _ = policyWatch.RunAsync(stop);
        await outside.WatchDom0Async(stop).ConfigureAwait(false);
        await devices.LookAtDom0Async(stop).ConfigureAwait(false);
        _ = power.RunAsync(stop);
        _ = devices.RunAsync(stop);
        await power.SettleAsync(FirstLook).ConfigureAwait(false);
        _ = disposables.StartAsync(new BootMarker(paths.OnDisk(BootMarker.Location)).TakeFirst(), stop);
        var systems = new PolicySystems();
        var pools = new PoolWatch(outside.Pools, () => writer.Current, logger);
        await pools.RefreshAsync(FirstLook, stop).ConfigureAwait(false);
        _ = pools.RunAsync(stop);
        var handler = new AdminRequestHandler(() => writer.Current, new AdminMethods(new AdminServices
        {
            Dispatcher = dispatcher,
            Hub = hub,
            Changes = changes,
            Gauge = new HostGauge(outside.Host, TimeProvider.System),
            RecentDispIds = recentDispIds,
            Past = past,
            Policy = new CallPolicy(policy.Now, systems),
            PolicyFiles = policyFiles,
            PlanFiles = new PlanFileReader(),
            Files = files.Reader,
            Databases = outside.Databases,
            Pools = pools,
            VolumeFigures = volumes.Figures,
            VolumeImports = volumes.Imports,
            StorageCheck = volumes.Check,
            Power = power.Requests,
            Devices = devices,
            Figures = power.Figures,
            Disposables = disposables.Requests,
            Forget = state.ForgetAsync,
            Rebuild = state.RebuildAsync,
            Pages = () => state.Pages,
            Suspension = new HostSuspension(power, disposables, new PausedListFile(paths.OnDisk(PausedListFile.Location))),
        }).Build());
        var folder = paths.OnDisk("/run");
        await using var sockets = await AdminSockets.OpenAsync(
            folder, handler, new SocketServerOptions { Debug = options.Debug }, loggers.CreateLogger("qubesd.sockets")).ConfigureAwait(false);
        await using var judge = PolicyHost.Open(
            paths, configuration, policy, () => systems.Of(writer.Current), outside.Ports.Qrexec, loggers.CreateLogger("qubesd.policy"));
        Announce(writer, folder);
        var lost = await UntilStoppedAsync(state, stop).ConfigureAwait(false);
        HostLog.Stopping(logger, lost ? "another daemon writes to the event log" : "it was told to");
        systemd.Stopping();
        await watching.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(sockets.StopAsync(StopBound), judge.StopAsync(StopBound)).ConfigureAwait(false);
        return lost ? 1 : 0;
    }

    // Asks for the log again and again where it could not be opened at first.
    private static async Task<bool> UntilStoppedAsync(DaemonState state, CancellationToken stop)
    {
        var stopped = Task.Delay(Timeout.Infinite, stop);
        while (!stop.IsCancellationRequested && !state.Writer.Lost.IsCompleted)
        {
            var next = state.HasLog ? Task.Delay(Timeout.Infinite, stop) : Task.Delay(ReopenInterval, stop);
            await Task.WhenAny(stopped, state.Writer.Lost, next).ConfigureAwait(false);
            if (!state.HasLog && !stop.IsCancellationRequested)
            {
                await state.TryReopenAsync(stop).ConfigureAwait(false);
            }
        }

        return state.Writer.Lost.IsCompleted;
    }

    private void Announce(Writer writer, string folder)
    {
        HostLog.Ready(logger, writer.Current.Position.Value, writer.Current.Qubes.Count, folder);
        if (writer.Refusal is { } refusal)
        {
            systemd.ReadyReadOnly(refusal);
        }
        else
        {
            systemd.Ready();
        }
    }

    private StoreKeeper MakeKeeper(FirstEvents firstEvents) => new(
        paths.OnDisk(StorePath), paths.OnDisk(LogSource.Directory + "/qubes.xml.sha256"), configuration.StoreWriteInterval, firstEvents, logger);

    // The executor asks for the state only when there is one.
    private Outside MakeOutside() => options.Simulate is { } description
        ? new Outside(paths, HostDescription.Parse(description, File.ReadAllText(description)))
        : new Outside(paths, configuration.LibvirtUri, () => current(), loggers.CreateLogger("qubesd.outside"));
}
