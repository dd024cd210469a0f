using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The API on a log in memory, on a simulated host.</summary>
internal sealed class MemoryApi : ICommitObserver, IRequestConnection, IAsyncDisposable
{
    private readonly AdminRequestHandler handler;
    private readonly bool hasHypervisor;
    private readonly SimulatedExecutor executor;

    internal MemoryApi(HostDescription host, Func<IHypervisor, IHypervisor>? around = null)
        : this(host, new HostFacts
        {
            MemoryMiB = host.MemoryMiB,
            Dom0MemoryMiB = host.Dom0MemoryMiB,
            Cpus = host.Cpus,
            TimeZone = host.TimeZone,
            Reflink = host.Reflink,
            Kernels = [.. host.Kernels.Select(kernel => new HostKernel(kernel, true))],
        },
        around: around)
    {
    }

    internal MemoryApi(HostDescription host, HostFacts facts, bool hasHypervisor = true, Func<IHypervisor, IHypervisor>? around = null)
    {
        this.hasHypervisor = hasHypervisor;
        var world = FreshSystem.Events(facts).Aggregate(World.Empty, Evolve.Apply);
        Database = new SimulatedQubesDb(host, Keys);
        Keys.Sink = Database;
        Keys.Begin(world, QubesDbView.Complete(QubesDbState.Empty, world));
        Writer = new Writer(new LogInMemory(), world, this, TimeProvider.System, new WriterOptions(), NullLogger<Writer>.Instance);
        var outcomes = new OutcomeWaiters();
        var dispatcher = new Dispatcher(Writer, CommandRegistry.All, [new ValidationBehavior(CommandRegistry.All), new PermissionBehavior(() => Writer.Current), new StorageBehavior(outcomes)]);
        executor = new SimulatedExecutor(host, Database, dispatcher, new RecentDispIds(TimeProvider.System), outcomes, around);
        if (hasHypervisor)
        {
            executor.Start();
        }

        var hub = new EventHub(new EventHubOptions(), NullLogger.Instance);
        var methods = new AdminMethods(new AdminServices
        {
            Dispatcher = dispatcher,
            Hub = hub,
            Changes = new StateChanges(new StateChangesOptions()),
            Gauge = new HostGauge(new LinuxHost(new RootedPaths(null), "xen"), TimeProvider.System),
            RecentDispIds = new RecentDispIds(TimeProvider.System),
            Files = new QubeFileReader(new RootedPaths(Path.Combine(AppContext.BaseDirectory, "no-such-folder"))),
            Pools = new PoolWatch(new DisksInMemory(), () => Writer.Current, NullLogger.Instance),
            Databases = Database,
            VolumeFigures = executor.Volumes.Figures,
            VolumeImports = executor.Volumes.Imports,
            StorageCheck = executor.Volumes.Check,
            Power = executor.Power.Requests,
            Devices = executor.Devices,
            Figures = executor.Power.Figures,
            Disposables = executor.Disposables.Requests,
            PolicyFiles = null!, // nothing here calls policy.*
            Forget = (_, _) => throw new RefusedException("there is no log on a disk"),
            Suspension = new HostSuspension(executor.Power, executor.Disposables, new PausedInMemory()),
        });
        handler = new AdminRequestHandler(() => Writer.Current, methods.Build());
    }

    internal SimulatedQubesDb Database { get; }

    /// <summary>What the process of devices was told of watched keys.</summary>
    internal HeardNotices Notices => executor.Notices;

    internal QubesDbFollower Keys { get; } = new();

    internal Writer Writer { get; }

    internal List<Announcement> Heard { get; } = [];

    /// <summary>Answers a request as the sockets do, as Latin-1 text.</summary>
    internal async Task<string> CallAsync(SocketKind socket, string method, string argument, string source, string destination, byte[] payload)
    {
        using var reply = new ReplyWriter();
        var request = new Request(this)
        {
            Socket = socket,
            Entry = MethodTable.Find(socket, method),
            Method = method,
            Argument = argument,
            Source = source,
            Destination = destination,
            UntrustedPayload = payload,
        };
        try
        {
            await handler.HandleAsync(request, reply, CancellationToken.None);
        }
        catch (DomainException refusal)
        {
            Assert.True(ErrorTable.TryWrite(reply, refusal));
        }

        return Encoding.Latin1.GetString(reply.Written.Span);
    }

    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        Keys.Committed(events);
        if (hasHypervisor)
        {
            executor?.Committed(world, events);
        }
    }

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
        executor?.Announced(announcements);
        Heard.AddRange(announcements);
    }

    public Peer GetPeer() => new(0, 1, "test");

    public IEventStreamConnection OpenStream() => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        await executor.DisposeAsync();
        await Writer.DisposeAsync();
    }
}
