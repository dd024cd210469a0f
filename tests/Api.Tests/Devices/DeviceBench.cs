using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Two qubes, <c>work</c> and <c>net</c>, on a simulated host whose parts fail as a test says.</summary>
internal sealed class DeviceBench : ICommitObserver, IHypervisor, IPciHost, IDeviceAgent, IQrexec, IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly SimulatedHypervisor host;
    private readonly Dispatcher dispatcher;
    private readonly PowerProcess power;
    private readonly DeviceProcess devices;
    private readonly QubesDbFollower keys = new();
    private readonly LogInMemory log = new();

    internal DeviceBench(params DomainEvent[] before)
    {
        var description = new HostDescription
        {
            QubesDb = new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["dom0"] = new Dictionary<string, string> { ["/qubes-block-devices/sda/desc"] = "DISK ()" },
            },
        };
        var world = FreshSystem.Events(new HostFacts { PciDevices = [new PciDevice("00_14.0", "0000:00:14.0", "0c0330", "0x8086", "0xa0ed")] })
            .Append(Added("work", 1)).Append(Added("net", 2)).Concat(before)
            .Aggregate(World.Empty, Evolve.Apply);
        Databases = new SimulatedQubesDb(description, keys);
        keys.Sink = Databases;
        keys.Begin(world, QubesDbView.Complete(QubesDbState.Empty, world));
        host = new SimulatedHypervisor(description, null, TimeProvider.System);
        Writer = new Writer(log, world, this, TimeProvider.System, new WriterOptions { Linger = TimeSpan.Zero }, NullLogger<Writer>.Instance);
        dispatcher = new Dispatcher(Writer, CommandRegistry.All, [new ValidationBehavior(CommandRegistry.All)]);
        var ports = SimulatedPorts.Of(description, new RootedPaths(null), Databases) with { Hypervisor = this, Definitions = new PlainDefinitions() };
        power = new PowerProcess(ports, new NoVolumes(), dispatcher, new PowerOptions(), TimeProvider.System, NullLogger<PowerProcess>.Instance);
        devices = new DeviceProcess(
            SimulatedPorts.DevicesOf(ports, Databases) with { Pci = this, Agent = this, Qrexec = this },
            dispatcher,
            new DeviceOptions { SettleInterval = TimeSpan.FromMilliseconds(20), LeastPause = TimeSpan.FromMilliseconds(20) },
            TimeProvider.System,
            NullLogger<DeviceProcess>.Instance);
        power.Add(devices);
    }

    internal static QubeId Work { get; } = Id(1);

    internal static QubeId Net { get; } = Id(2);

    internal Writer Writer { get; }

    internal SimulatedQubesDb Databases { get; }

    internal List<string> Heard { get; } = [];

    internal IReadOnlyList<DomainEvent> Recorded => [.. log.Stored.Select(recorded => recorded.Event).OfType<DomainEvent>()];

    /// <summary>What the next attaching does after (true) or instead of (false) having its effect.</summary>
    internal (HypervisorFault Fault, bool HasEffect)? AttachFault { get; set; }

    internal (HypervisorFault Fault, bool HasEffect)? DetachFault { get; set; }

    internal bool CannotTell { get; set; }

    internal TaskCompletionSource? Hold { get; set; }

    internal string? Slot { get; set; }

    internal string? BindRefusal { get; set; }

    internal List<string> Bound { get; } = [];

    internal List<DeviceQuestion> Asked { get; } = [];

    internal string? Answer { get; set; }

    internal List<QrexecCall> Services { get; } = [];

    internal Run Run(QubeId qube) => Writer.Current.Runs[qube];

    internal static QubeId Id(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    internal async Task<DeviceBench> BeginAsync(params QubeId[] running)
    {
        await devices.LookAtDom0Async(stopping.Token);
        foreach (var qube in running)
        {
            await StartAsync(qube);
        }

        _ = devices.RunAsync(stopping.Token);
        return this;
    }

    internal Task StartAsync(QubeId qube) => power.Requests.StartAsync(qube, Call.OfDaemon("test"), CancellationToken.None);

    internal Task KillAsync(QubeId qube) => power.Requests.KillAsync(qube, Call.OfDaemon("test"), CancellationToken.None);

    internal Task PlugAsync(QubeId qube, string argument, string @class = "block", CancellationToken ct = default) =>
        devices.AttachAsync(new AttachDevice(qube, @class, argument, default), Call.OfDaemon("test"), ct);

    internal Task UnplugAsync(QubeId qube, string argument, string @class = "block") =>
        devices.DetachAsync(new DetachDevice(qube, @class, argument), Call.OfDaemon("test"), CancellationToken.None);

    internal async Task AssignAsync(QubeId qube, string argument, string mode, string @class = "block") =>
        await dispatcher.SendAsync(new AssignDevice(qube, @class, argument, Encoding.ASCII.GetBytes($"mode='{mode}'")), Call.OfDaemon("test"), CancellationToken.None);

    internal async Task SetAsync(QubeId qube, string property, string value) =>
        await dispatcher.SendAsync(new SetProperty(qube, property, Encoding.ASCII.GetBytes(value)), Call.OfDaemon("test"), CancellationToken.None);

    /// <summary>The qube writes what a device needs, and the key that is watched.</summary>
    internal void Announce(string qube, params string[] ports)
    {
        foreach (var port in ports)
        {
            Databases.Write(qube, $"/qubes-block-devices/{port}/desc", "STICK ()"u8);
        }

        Databases.Write(qube, "/qubes-block-devices", ""u8);
    }

    internal static async Task UntilAsync(Func<bool> holds)
    {
        var end = TimeProvider.System.GetUtcNow().AddSeconds(20);
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "what was waited for did not come");
            await Task.Delay(5);
        }
    }

    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        keys.Committed(events);
        devices?.Committed(world, events);
        power?.Committed(world, events);
    }

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
        lock (Heard)
        {
            Heard.AddRange(announcements.Select(announcement => $"{announcement.SubjectName} {announcement.Event}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await devices.DisposeAsync();
        await power.DisposeAsync();
        await Writer.DisposeAsync();
        stopping.Dispose();
    }

    public ChannelReader<DomainNotice> Notices => host.Notices;

    public ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct) => host.FindAsync(qube, ct);

    public ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct) => host.ListAsync(ct);

    public ValueTask DefineAsync(string xml, CancellationToken ct) => host.DefineAsync(xml, ct);

    public ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct) => host.CreatePausedAsync(qube, ct);

    public ValueTask ResumeAsync(QubeId qube, CancellationToken ct) => host.ResumeAsync(qube, ct);

    public ValueTask PauseAsync(QubeId qube, CancellationToken ct) => host.PauseAsync(qube, ct);

    public ValueTask SuspendAsync(QubeId qube, CancellationToken ct) => host.SuspendAsync(qube, ct);

    public ValueTask WakeUpAsync(QubeId qube, CancellationToken ct) => host.WakeUpAsync(qube, ct);

    public ValueTask ShutdownAsync(QubeId qube, string name, CancellationToken ct) => host.ShutdownAsync(qube, name, ct);

    public ValueTask DestroyAsync(QubeId qube, CancellationToken ct) => host.DestroyAsync(qube, ct);

    public ValueTask UndefineAsync(QubeId qube, CancellationToken ct) => host.UndefineAsync(qube, ct);

    public ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct) => host.ConsoleAsync(qube, ct);

    public async ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct)
    {
        await (Hold?.Task ?? Task.CompletedTask);
        var fault = AttachFault;
        AttachFault = null;
        await FailAsync(fault, () => host.AttachAsync(qube, xml, ct));
    }

    public async ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct)
    {
        var fault = DetachFault;
        DetachFault = null;
        await FailAsync(fault, () => host.DetachAsync(qube, xml, ct));
    }

    public async ValueTask<bool?> HasDeviceAsync(QubeId qube, string xml, CancellationToken ct) => CannotTell ? null : await host.HasDeviceAsync(qube, xml, ct);

    /// <summary>What the host itself says.</summary>
    internal async Task<bool> HasAsync(QubeId qube, string name) =>
        await host.HasDeviceAsync(qube, $"<disk><target dev='{name}'/></disk>", CancellationToken.None) == true;

    public ValueTask BindAsync(string address, CancellationToken ct)
    {
        Bound.Add(address);
        return BindRefusal is { } text ? throw new RefusedException(text) : ValueTask.CompletedTask;
    }

    public ValueTask<string?> FindSlotAsync(int xid, string address, CancellationToken ct) => ValueTask.FromResult(Slot);

    public ValueTask<string?> AskAsync(World world, DeviceQuestion question, CancellationToken ct)
    {
        Asked.Add(question);
        return ValueTask.FromResult(Answer);
    }

    public ValueTask StartDaemonAsync(QrexecDaemon daemon, CancellationToken ct) => ValueTask.CompletedTask;

    public bool IsRunning(string name) => true;

    public ValueTask<QrexecResult> RunAsync(QrexecCall call, CancellationToken ct)
    {
        Services.Add(call);
        return ValueTask.FromResult(new QrexecResult(0, "", ""));
    }

    private static async ValueTask FailAsync((HypervisorFault Fault, bool HasEffect)? fault, Func<ValueTask> effect)
    {
        if (fault is not { HasEffect: false })
        {
            await effect();
        }

        if (fault is { } failure)
        {
            throw new HypervisorException(failure.Fault, "the hypervisor fails");
        }
    }

    private static QubeAdded Added(string name, int number) => new(Id(number), name, QubeClass.StandaloneVM, number, [], [], [], []);
}
