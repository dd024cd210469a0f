using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Everything between the frame of a request and the log, without a socket, a disk or a server.</summary>
internal sealed class InProcessDaemon : IAsyncDisposable, ICommitObserver, IRequestConnection
{
    private readonly LogInMemory log = new();
    private readonly Writer writer;
    private readonly AdminRequestHandler handler;
    private readonly AddPoolPreparation preparation;
    private readonly SimulatedExecutor executor;
    private readonly World start;

    public InProcessDaemon(HostFacts facts)
    {
        start = FreshSystem.Events(facts).Aggregate(World.Empty, Evolve.Apply);
        writer = new Writer(log, start, this, TimeProvider.System, new WriterOptions { Linger = TimeSpan.Zero }, NullLogger<Writer>.Instance);
        preparation = new AddPoolPreparation(new DisksInMemory(), () => writer.Current);
        var outcomes = new OutcomeWaiters();
        var dispatcher = new Dispatcher(
            writer, CommandRegistry.All, [new ValidationBehavior(CommandRegistry.All), new PermissionBehavior(() => writer.Current), new StorageBehavior(outcomes)], preparation);
        var host = new HostDescription();
        var databases = new SimulatedQubesDb(host);
        executor = new SimulatedExecutor(host, databases, dispatcher, new RecentDispIds(TimeProvider.System), outcomes);
        executor.Start();
        handler = new AdminRequestHandler(() => writer.Current, new AdminMethods(new AdminServices
        {
            Dispatcher = dispatcher,
            Hub = new EventHub(new EventHubOptions(), NullLogger.Instance),
            Changes = new StateChanges(new StateChangesOptions()),
            Gauge = new HostGauge(new LinuxHost(new RootedPaths(null), "xen"), TimeProvider.System),
            RecentDispIds = new RecentDispIds(TimeProvider.System),
            Files = new QubeFileReader(new RootedPaths(Path.Combine(AppContext.BaseDirectory, "no-such-folder"))),
            Databases = databases,
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
            Pools = new PoolWatch(new DisksInMemory(), () => writer.Current, NullLogger.Instance),
        }).Build());
    }

    /// <summary>The newest state.</summary>
    public World World => writer.Current;

    /// <summary>What became of <paramref name="before"/> until <paramref name="after"/> by what the daemon did of its own accord, and for earlier calls,
    /// but not for the last call, which was one of <paramref name="method"/>.</summary>
    public World Unasked(World before, World after, string method)
    {
        var since = log.Stored.Skip((int)before.Position.Value).Take((int)(after.Position.Value - before.Position.Value)).ToList();
        var own = since.Where(recorded => recorded.Metadata!.Method == method).Select(recorded => recorded.Metadata!.CorrelationId).ToHashSet();
        return since.Where(recorded => !own.Contains(recorded.Metadata!.CorrelationId)).Aggregate(before, (world, recorded) => Evolve.Apply(world, recorded.Event!));
    }

    /// <summary>Handles a request; returns the refusal, or null when it was granted.</summary>
    /// <exception cref="Exception">A fault: over a socket, the connection would have been closed without an answer.</exception>
    public async Task<DomainException?> SendAsync(byte[] bytes)
    {
        if (ToRequest(bytes) is not { } request)
        {
            return new InvalidRequestException("no frame");
        }

        using var reply = new ReplyWriter();
        try
        {
            await handler.HandleAsync(request, reply, CancellationToken.None);
            return null;
        }
        catch (DomainException refusal)
        {
            Assert.True(ErrorTable.TryWrite(reply, refusal, ""), $"{refusal.GetType().Name} has no name on the wire");
            return refusal;
        }
        catch (OperationCanceledException)
        {
            return null; // a stream, which this connection does not carry
        }
    }

    /// <summary>The state that the log gives at a position after all went through JSON.</summary>
    public World Replay(LogPosition upTo)
    {
        var world = start;
        foreach (var recorded in log.Stored.Take((int)upTo.Value))
        {
            world = Evolve.Apply(world, Reread(recorded.Event!)); // nothing is erased here
        }

        return world;
    }

    /// <summary>The state that a snapshot gives.</summary>
    public static World Restore(World world) => WorldEvents.Of(world).Select(Reread).Aggregate(World.Empty, Evolve.Apply);

    /// <summary>Everything that a world holds, as text; its position is left out.</summary>
    public static string Describe(World world) =>
        string.Join('\n', WorldEvents.Of(world).Select(@event => @event.GetType().Name + " " + JsonSerializer.Serialize(@event, @event.GetType())));

    public async ValueTask DisposeAsync()
    {
        preparation.Dispose();
        await executor.DisposeAsync();
        await writer.DisposeAsync();
    }

    void ICommitObserver.Committed(World world, ImmutableArray<RecordedEvent> events) => executor?.Committed(world, events);

    void ICommitObserver.Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
        executor?.Announced(announcements);
        using var reply = new ReplyWriter();
        foreach (var announcement in announcements)
        {
            reply.Event(announcement); // throws for what cannot be told
        }
    }

    Peer IRequestConnection.GetPeer() => new(0, 1, "law");

    IEventStreamConnection IRequestConnection.OpenStream() => throw new OperationCanceledException();

    private Request? ToRequest(byte[] bytes)
    {
        if (RequestFrame.Parse(bytes, out var frame) != FrameStatus.Ok)
        {
            return null;
        }

        var method = Encoding.ASCII.GetString(frame.Method);
        var entry = MethodTable.Find(SocketKind.Admin, method);
        return new Request(this)
        {
            Socket = SocketKind.Admin,
            Entry = entry,
            Method = method,
            Argument = Encoding.ASCII.GetString(frame.Argument),
            Source = Encoding.ASCII.GetString(frame.Source),
            DestinationType = frame.IsKeyword ? "keyword" : "name",
            Destination = frame.IsKeyword ? "dom0" : Encoding.ASCII.GetString(frame.Destination),
            UntrustedPayload = frame.Payload.ToArray(),
        };
    }

    private static DomainEvent Reread(DomainEvent @event)
    {
        var json = new ArrayBufferWriter<byte>();
        EventSerializer.Default.Write(@event, json);
        return EventSerializer.Default.Read(EventCatalog.Of(@event).Alias, json.WrittenSpan);
    }
}
