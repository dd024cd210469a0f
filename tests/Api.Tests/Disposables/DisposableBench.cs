using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Commands.Tests;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Writer, executor and keeper of disposables on a simulated host; <c>dvm</c> may have disposables kept ready, <c>work</c> uses them.</summary>
internal sealed class DisposableBench : ICommitObserver, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<string> heard = [];
    private readonly RecentDispIds recent;
    private readonly CancellationTokenSource ending = new();
    private TaskCompletionSource changed = New();

    public DisposableBench(World? given = null, SimulatedDomainStore? store = null, Func<PowerPorts, PowerPorts>? change = null)
    {
        var world = given ?? Ready().World;
        recent = new RecentDispIds(Time);
        recent.Begin(world);
        Writer = new Writer(new ScriptedLog(world.Position), world, this, TimeProvider.System, new WriterOptions(), NullLogger<Writer>.Instance);
        Dispatcher = new Dispatcher(Writer, CommandRegistry.All, [new ValidationBehavior(CommandRegistry.All)]);
        var host = HostDescription.Parse("host.yaml", Given.Text("host.yaml"));
        var ports = SimulatedPorts.Of(host, new RootedPaths(null), new SimulatedQubesDb(host), store) with
        {
            Qrexec = Qrexec,
            Memory = Memory,
            Definitions = new PlainDefinitions(),
        };
        ports = change?.Invoke(ports) ?? ports;
        Hypervisor = ports.Hypervisor;
        Power = new PowerProcess(ports, new NoVolumes(), Dispatcher, new PowerOptions(), Time, NullLogger<PowerProcess>.Instance);
        Keeper = new DisposableProcess(Power, Dispatcher, recent, new DisposableOptions(), NullLogger<DisposableProcess>.Instance);
        _ = Power.RunAsync(ending.Token);
    }

    public ManualTime Time { get; } = new();

    public TestQrexec Qrexec { get; } = new();

    public TestMemory Memory { get; } = new();

    public IHypervisor Hypervisor { get; }

    public Writer Writer { get; }

    public Dispatcher Dispatcher { get; }

    public PowerProcess Power { get; }

    public DisposableProcess Keeper { get; }

    public World World => Writer.Current;

    public Qube Dvm => World.Find("dvm")!;

    public string[] Listed => Preload.Listed(Dvm);

    /// <summary>What clients were told: <c>qube|event</c>.</summary>
    public string[] Heard
    {
        get
        {
            lock (gate)
            {
                return [.. heard];
            }
        }
    }

    /// <summary>The usual world, whose templates support what disposables need that are kept ready; refills follow at once.</summary>
    public static Scenario Ready()
    {
        var scenario = Scenario.Usual();
        foreach (var feature in new[] { "qrexec", "supported-rpc.qubes.WaitForRunningSystem", "supported-rpc.qubes.WaitForSession" })
        {
            scenario.Given(draft => Features.Set(draft, scenario.Id("tpl"), feature, "1"));
        }

        return scenario.Given(draft => Features.Set(draft, scenario.Id("dvm"), Preload.DelayFeature, "0"));
    }

    public static Call Call(string source = "dom0", QubeId? id = null) => new(Commands.Call.NewCorrelationId(), "admin.vm.CreateDisposable", id ?? QubeId.Dom0, source);

    public Task SetAsync(string qube, string feature, string value) =>
        DecideAsync(qube, draft => Features.Set(draft, draft.World.Find(qube)!.Id, feature, value));

    public Task DecideAsync(string qube, Action<Draft> rule) =>
        Dispatcher.SendAsync(new PowerStep(World.Find(qube)!.Id, rule), Call(), default).AsTask();

    public async Task<Qube> RequestAsync(CancellationToken ct = default)
    {
        var id = await Keeper.Requests.CreateAsync(Dvm.Id, Call("work", World.Find("work")!.Id), ct);
        return World.Qube(id);
    }

    /// <summary>The disposables that wait, once there are so many.</summary>
    public async Task<Qube[]> WaitingAsync(int count)
    {
        await UntilAsync(() => Waiting().Length == count && Listed.Length == count, $"{count} disposables wait");
        return Waiting();
    }

    /// <summary>One disposable is kept ready, and when it is used no other follows for long.</summary>
    public async Task KeepOneAsync()
    {
        await SetAsync("dvm", Preload.DelayFeature, "1000");
        await SetAsync("dvm", Preload.MaxFeature, "1");
    }

    /// <summary>The disposable that is being made, once it waits for its agent.</summary>
    public async Task<Qube> StartingAsync()
    {
        await UntilAsync(() => Qrexec.Calls.Length == 1, "it waits for its agent");
        return Disposables().Single();
    }

    public async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds())
        {
            Task more;
            lock (gate)
            {
                more = changed.Task;
            }

            if (holds())
            {
                return;
            }

            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"never came true: {what}; listed: {string.Join(' ', Listed)}; heard:\n{string.Join('\n', Heard)}");
            }
        }
    }

    public Run? RunOf(Qube qube) => World.Runs.GetValueOrDefault(qube.Id);

    public Qube[] Disposables() => [.. World.InOrder().Where(qube => qube.Class == QubeClass.DispVM)];

    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        recent.Committed(world, events);
        Power?.Committed(world, events);
        Keeper?.Committed(events);
        Signal(null);
    }

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
        Keeper?.Announced(announcements);
        Signal(announcements);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Keeper.DisposeAsync();
        await Power.DisposeAsync();
        await Writer.DisposeAsync();
        ending.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Qube[] Waiting() => [.. Disposables().Where(qube => Preload.Lists(World, qube) && Preload.IsCompleted(qube) &&
        PowerStates.Active(World, qube.Id) is { IsPaused: true })];

    private void Signal(EquatableArray<Announcement>? announcements)
    {
        TaskCompletionSource old;
        lock (gate)
        {
            heard.AddRange((announcements ?? []).Select(announcement => $"{announcement.SubjectName}|{announcement.Event}"));
            (old, changed) = (changed, New());
        }

        old.SetResult();
    }
}

/// <summary>Agents that answer as told.</summary>
internal sealed class TestQrexec : IQrexec
{
    private readonly Lock gate = new();
    private readonly List<string> calls = [];

    /// <summary>Services that fail.</summary>
    public string Failing { get; set; } = "";

    /// <summary>Services that end when this does.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public string[] Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    public ValueTask StartDaemonAsync(QrexecDaemon daemon, CancellationToken ct) => ValueTask.CompletedTask;

    public bool IsRunning(string name) => true;

    public async ValueTask<QrexecResult> RunAsync(QrexecCall call, CancellationToken ct)
    {
        lock (gate)
        {
            calls.Add($"{call.User}:{call.Service}");
        }

        await Gate.WaitAsync(ct);
        return Failing == "timeout" ? throw new TimeoutException("no answer in time") : new QrexecResult(call.Service == Failing ? 1 : 0, "", "");
    }
}

/// <summary>Memory as told.</summary>
internal sealed class TestMemory : IMemoryBalancer
{
    /// <summary>What is free, in MiB.</summary>
    public long? AvailableMiB { get; set; }

    /// <summary>How many starts find no room.</summary>
    public bool IsFull { get; set; }

    public List<(int Xid, long Bytes)> Targets { get; } = [];

    public ValueTask<IAsyncDisposable?> ReserveAsync(long bytes, CancellationToken ct) => ValueTask.FromResult<IAsyncDisposable?>(IsFull ? null : new Room());

    public ValueTask SetAsync(IReadOnlyList<(int Xid, long Bytes)> targets, CancellationToken ct)
    {
        lock (Targets)
        {
            Targets.AddRange(targets);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<long?> AvailableAsync(CancellationToken ct) => ValueTask.FromResult(AvailableMiB << 20);

    private sealed class Room : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
