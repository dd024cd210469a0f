using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Everything that is not the log: the host, its hypervisor, its disks, the qubes' databases; real, or simulated from a description.</summary>
internal sealed class Outside : IAsyncDisposable
{
    private static readonly TimeSpan DatabaseBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgentBound = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BalancerBound = TimeSpan.FromSeconds(60);
    private const string GuestWritings = "/run/qubesd.guests.json";
    private const string SimulatedDomains = "/run/qubesd.domains.json";

    private readonly QubesDbWriter? writer;
    private readonly XenstoreWriter? xenstore;

    /// <summary>The outside of this host.</summary>
    /// <param name="paths">Where everything lies.</param>
    /// <param name="libvirtUri">The hypervisor.</param>
    /// <param name="current">The newest durable state.</param>
    /// <param name="logger">Where faults are told.</param>
    internal Outside(RootedPaths paths, string libvirtUri, Func<World> current, ILogger logger)
    {
        var steps = LogSource.StorageSteps;
        var kind = libvirtUri.Split(':', '+')[0];
        var domains = new XenstoreDomains(paths, DatabaseBound);
        xenstore = new XenstoreWriter(paths, current, MemoryHotplug.IsUsed, DatabaseBound, logger);
        writer = new QubesDbWriter(paths, Keys, xenstore, new QubesDbOptions(), logger);
        (Host, Databases, Pools, Notices) = (new LinuxHost(paths, kind), new QubesDbSockets(paths, DatabaseBound), new LinuxPoolHost(paths, steps), writer.Notices);
        Drivers = new VolumeDrivers(paths, new HelperSnapshotDevices(paths), Pools, steps, TimeProvider.System);
        RunningVolumes = new RunningDevices(
            new EphemeralDevices(new StorageTools(new HostToolRunner(paths), steps), paths, steps), new RunningVolumes(paths, steps));
        Ports = new PowerPorts(
            new LibvirtHypervisor(new LibvirtOptions(libvirtUri)
            {
                Programs = paths,
                FindStubdomain = domains.IsPresent ? domains.FindStubdomainAsync : null,
                FindUuid = domains.IsPresent ? domains.FindUuidAsync : null,
            }),
            new QmemmanSocket(paths, isRequired: kind == "xen", BalancerBound),
            writer,
            new QrexecPrograms(paths),
            new DialectDefinitions(new DomainDefinitions(paths), libvirtUri));
        DevicePorts = new DevicePorts(
            Ports.Hypervisor, Databases, Notices, new SysfsPci(paths, new XlPrograms(paths).RunAsync), new GuiDeviceAgent(paths, Ports.Qrexec, AgentBound), Ports.Qrexec, Ports.Definitions.Device);
    }

    /// <summary>The outside that a description simulates.</summary>
    /// <param name="paths">Where its files lie.</param>
    /// <param name="description">What to simulate.</param>
    internal Outside(RootedPaths paths, HostDescription description)
    {
        var steps = LogSource.StorageSteps;
        var host = new SimulatedHost(description, paths);
        host.Prepare();
        var databases = new SimulatedQubesDb(description, Keys, paths.OnDisk(GuestWritings));
        Keys.Sink = databases;
        (Host, Databases, Pools, Notices) = (host, databases, new SimulatedPoolHost(description, paths, steps), databases.Notices);
        Drivers = new VolumeDrivers(paths, new RecordingSnapshotDevices(), Pools, steps, TimeProvider.System);
        RunningVolumes = new RunningDevices(null, new RunningVolumes(paths, steps));
        var ports = SimulatedPorts.Of(description, paths, databases, new SimulatedDomainStore(paths.OnDisk(SimulatedDomains)));
        Ports = LogSource.Faults is { } faults ? ports with { Hypervisor = new KillingHypervisor(ports.Hypervisor, faults) } : ports;
        DevicePorts = SimulatedPorts.DevicesOf(Ports, databases);
    }

    /// <summary>What the host contributes.</summary>
    internal IHost Host { get; }

    /// <summary>Reads the databases of qubes.</summary>
    internal IQubesDb Databases { get; }

    /// <summary>The disks of storage pools.</summary>
    internal LinuxPoolHost Pools { get; }

    /// <summary>The storage drivers.</summary>
    internal VolumeDrivers Drivers { get; }

    /// <summary>What surrounds running volumes.</summary>
    internal IRunningVolumes RunningVolumes { get; }

    /// <summary>What the executor works with.</summary>
    internal PowerPorts Ports { get; }

    /// <summary>What attaching devices works with.</summary>
    internal DevicePorts DevicePorts { get; }

    /// <summary>What qubes write into their databases.</summary>
    internal IDatabaseNotices Notices { get; }

    /// <summary>What the databases of qubes hold, by the log.</summary>
    internal QubesDbFollower Keys { get; } = new();

    /// <summary>Begins to watch dom0's database, where it has one.</summary>
    internal async Task WatchDom0Async(CancellationToken ct)
    {
        if (writer is not null)
        {
            await writer.OpenDom0Async(ct).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ports.Hypervisor.DisposeAsync().ConfigureAwait(false);
        Drivers.Dispose();
        if (writer is not null)
        {
            await writer.DisposeAsync().ConfigureAwait(false);
        }

        if (xenstore is not null)
        {
            await xenstore.DisposeAsync().ConfigureAwait(false);
        }
    }
}
