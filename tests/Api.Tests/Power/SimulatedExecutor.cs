using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The processes that bring intents to their outcome, on a simulated host.</summary>
internal sealed class SimulatedExecutor : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();

    internal SimulatedExecutor(
        HostDescription host, SimulatedQubesDb databases, Dispatcher dispatcher, RecentDispIds recent, OutcomeWaiters outcomes, Func<IHypervisor, IHypervisor>? around = null)
    {
        var ports = SimulatedPorts.Of(host, new RootedPaths(Path.Combine(AppContext.BaseDirectory, "no-such-folder")), databases);
        ports = ports with { Hypervisor = around?.Invoke(ports.Hypervisor) ?? ports.Hypervisor };
        var drivers = new DriversInMemory();
        Volumes = new VolumeProcess(drivers, drivers, dispatcher, outcomes, TimeProvider.System, NullLogger<VolumeProcess>.Instance);
        Power = new PowerProcess(ports, Volumes.Volumes, dispatcher, new PowerOptions(), TimeProvider.System, NullLogger<PowerProcess>.Instance);
        Notices = new HeardNotices(databases.Notices);
        Devices = new DeviceProcess(
            SimulatedPorts.DevicesOf(ports, databases) with { Notices = Notices }, dispatcher, new DeviceOptions(), TimeProvider.System, NullLogger<DeviceProcess>.Instance);
        Volumes.TellSizesThrough(Power.Requests);
        Power.Add(Devices);
        Disposables = new DisposableProcess(Power, dispatcher, recent, new DisposableOptions(), NullLogger<DisposableProcess>.Instance);
    }

    internal HeardNotices Notices { get; }

    internal VolumeProcess Volumes { get; }

    internal PowerProcess Power { get; }

    internal DeviceProcess Devices { get; }

    internal DisposableProcess Disposables { get; }

    /// <summary>Begins to work; without it, intents stay open.</summary>
    internal void Start()
    {
        _ = Volumes.RunAsync(stopping.Token);
        _ = Devices.RunAsync(stopping.Token);
        _ = Power.RunAsync(stopping.Token);
    }

    internal void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        Volumes.Committed(world, events);
        Devices.Committed(world, events);
        Power.Committed(world, events);
        Disposables.Committed(events);
    }

    internal void Announced(EquatableArray<Announcement> announcements) => Disposables.Announced(announcements);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Disposables.DisposeAsync();
        await Devices.DisposeAsync();
        await Power.DisposeAsync();
        await Volumes.DisposeAsync();
        stopping.Dispose();
    }
}
