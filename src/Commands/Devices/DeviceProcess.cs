using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Attaches and detaches devices of running qubes, and follows which devices they offer.</summary>
/// <remarks>Its checkpoint is the world: a run holds the wishes about devices that have no outcome yet. Source: spec, devices.</remarks>
public sealed class DeviceProcess : IStartSteps, IAsyncDisposable
{
    private readonly DeviceContext context;
    private readonly DeviceConnector connector;
    private readonly DeviceSettlement settlement;
    private readonly AutoConnector auto;
    private readonly DeviceWatch watch;
    private readonly CancellationTokenSource stopping = new();
    private World before = World.Empty;

    /// <summary>Creates the process; it does nothing by itself before <see cref="RunAsync"/>.</summary>
    /// <param name="ports">The outside.</param>
    /// <param name="dispatcher">Carries out commands.</param>
    /// <param name="options">How patient it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public DeviceProcess(DevicePorts ports, Dispatcher dispatcher, DeviceOptions options, TimeProvider time, ILogger<DeviceProcess> logger)
    {
        context = new DeviceContext(ports, dispatcher, options, time, logger);
        connector = new DeviceConnector(context);
        settlement = new DeviceSettlement(context);
        auto = new AutoConnector(context, connector);
        watch = new DeviceWatch(context, auto);
        before = dispatcher.Current;
    }

    /// <summary>Attaches a device by hand. A client that stops waiting stops nothing.</summary>
    /// <exception cref="DomainException">It is not attached.</exception>
    public Task AttachAsync(AttachDevice command, Call call, CancellationToken ct) =>
        context.Lanes.RunAsync(command.Qube, () => connector.AttachAsync(command.Qube, command, call, stopping.Token)).WaitAsync(ct);

    /// <summary>Detaches a device by hand. A client that stops waiting stops nothing.</summary>
    /// <exception cref="DomainException">It is not detached.</exception>
    public Task DetachAsync(DetachDevice command, Call call, CancellationToken ct) =>
        context.Lanes.RunAsync(command.Qube, () => connector.DetachAsync(command.Qube, command, call, stopping.Token)).WaitAsync(ct);

    /// <summary>Looks at the devices of dom0, so that they are known before anybody asks.</summary>
    public Task LookAtDom0Async(CancellationToken ct) => watch.LookAsync(QubeId.Dom0, false, Call.OfDaemon(DeviceWatch.Verb), ct);

    /// <summary>Follows what qubes offer, and settles what an earlier daemon or a lost connection left open.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var registration = ct.Register(stopping.Cancel).ConfigureAwait(false);
        await Task.WhenAll(watch.RunAsync(stopping.Token), SettleRegularlyAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Hears of a commit; neither waits nor throws.</summary>
    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            if (recorded.Event is QubeShutDown ended)
            {
                watch.Forget(ended.Qube);
            }
            else if (recorded.Event is DeviceDetached gone && Lost(gone) is { } device && context.Find(gone.Qube, gone.Run) is not null)
            {
                var known = before; // where the device can still be described
                _ = context.Lanes.RunAsync(gone.Qube, () => context.TryAsync(
                    gone.Qube, "take out", gone.Class, () => connector.UnplugAsync(gone.Qube, context.Ports.Define(known, device), stopping.Token), stopping.Token));
            }
        }

        before = world;
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(QubeId qube, Call call, CancellationToken ct)
    {
        var world = context.World;
        foreach (var assignment in Domain.Devices.Assigned(world.Qube(qube), PciDevice.Class).ToList())
        {
            if (KnownDevices.Matching(world, assignment.Address).FirstOrDefault() is { } device &&
                DeviceConnector.AddressOf(world, assignment with { Port = device.Port }) is { } address)
            {
                await context.Ports.Pci.BindAsync(address, ct).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public Task WatchingAsync(QubeId qube, bool isStart, Call call, CancellationToken ct) => watch.LookAsync(qube, isStart, call, ct);

    /// <inheritdoc/>
    public async Task StartedAsync(QubeId qube, Call call, CancellationToken ct)
    {
        await auto.StartedAsync(qube, call, stopping.Token).WaitAsync(ct).ConfigureAwait(false);
        if (context.World.Find(qube) is { } backend)
        {
            auto.Offer(KnownDevices.Of(context.World, backend, BlockDevice.Class).ToList(), call, stopping.Token);
        }
    }

    /// <summary>Stops: wishes under way stay open, to be settled by the next daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await context.Lanes.DrainAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    // A device that nobody asked to detach: it has gone, or its backend has, and the domain does not know yet.
    private DeviceAssignment? Lost(DeviceDetached gone)
    {
        return before.Runs.GetValueOrDefault(gone.Qube) is { } run && run.Id == gone.Run && !run.Detaching.Any(Is) ? run.Attached.FirstOrDefault(Is) : null;

        bool Is(DeviceAssignment device) => (device.Class, device.Backend, device.Port) == (gone.Class, gone.Backend, gone.Port);
    }

    private async Task SettleRegularlyAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            foreach (var qube in context.World.Runs.Where(entry => entry.Value.Attaching.Count + entry.Value.Detaching.Count > 0).Select(entry => entry.Key))
            {
                if (!context.Lanes.IsBusy(qube))
                {
                    _ = context.Lanes.RunAsync(qube, () => settlement.SettleAsync(qube, Call.OfDaemon(DeviceWatch.Verb), stopping.Token));
                }
            }

            await Task.Delay(context.Options.SettleInterval, context.Time, stopping.Token).ConfigureAwait(false);
        }
    }
}
