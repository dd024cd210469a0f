using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public class PowerCallsTests
{
    private const string Established = "1\0\0connection-established\0\0";
    private const string Memory = "memory_kb\04194304\0memory_assigned_total\04194304\0memory_assigned_usable\04194304\0memory_with_swap_used\04194304\0";

    [Theory]
    [InlineData("dom0", "0\0mem=4194304 mem_static_max=4194304 cputime=12000000000 power_state=Running")]
    [InlineData("work", "0\0mem=0 mem_static_max=0 cputime=0 power_state=Halted")]
    [InlineData("rem", "0\0mem=0 mem_static_max=0 cputime=0 power_state=Running")]
    public async Task The_state_of_a_qube(string destination, string expected)
    {
        var bench = new Bench();
        await using var server = TestServer.Start((request, reply) => bench.Calls.TellState(bench.Call(request, reply)));
        Assert.Equal(expected, await Client.CallAsync(server.Path, "admin.vm.CurrentState", destination: destination));
    }

    [Fact]
    public async Task Dom0_reports_again_and_again()
    {
        var bench = new Bench();
        await using var server = TestServer.Start(async (request, reply, _) => await bench.Calls.ReportAsync(bench.Call(request, reply)));
        using var client = await Client.ConnectAsync(server.Path);
        await client.SendAsync(Frames.Of("admin.vm.Stats"));
        client.CloseSending();
        var first = Established + "1\0dom0\0vm-stats\0" + Memory + "cpu_time\012000\0cpu_usage\00\0online_vcpus\04\0\0";
        await client.ReadUntilAsync(first);

        // Two seconds of processor time within one second are half of what four processors can do.
        await bench.Time.WhenWaitingAsync(Client.Ct);
        bench.Host.CpuTimeNs += 2_000_000_000;
        bench.Time.Pass(TimeSpan.FromSeconds(1));
        await client.ReadUntilAsync("1\0dom0\0vm-stats\0" + Memory + "cpu_time\014000\0cpu_usage\050\0online_vcpus\04\0\0");
    }

    [Theory]
    [InlineData("work", "2\0QubesVMNotRunningError\0\0Domain not running (either powered off or paused): 'work'\0")]
    [InlineData("rem", "2\0QubesVMError\0\0Not supported by RemoteVM\0")]
    public async Task A_qube_without_figures_is_refused_on_the_stream(string destination, string refusal)
    {
        var bench = new Bench();
        await using var server = TestServer.Start(async (request, reply, _) => await bench.Calls.ReportAsync(bench.Call(request, reply)));
        Assert.Equal(Established + refusal, await Client.CallAsync(server.Path, "admin.vm.Stats", destination: destination));
    }

    [Theory]
    [InlineData("-3", 1)]
    [InlineData("0", 1)]
    [InlineData("7", 7)]
    [InlineData("99999999999999999999999999", 2147483)]
    public async Task The_pause_is_the_setting_within_bounds(string setting, int seconds)
    {
        var bench = new Bench();
        bench.Set("stats_interval", setting);
        await using var server = TestServer.Start(async (request, reply, _) => await bench.Calls.ReportAsync(bench.Call(request, reply)));
        using var client = await Client.ConnectAsync(server.Path);
        await client.SendAsync(Frames.Of("admin.vm.Stats"));
        client.CloseSending();
        Assert.Equal(TimeSpan.FromSeconds(seconds), await bench.Time.WhenWaitingAsync(Client.Ct));
    }

    private sealed class Bench
    {
        private World world = FreshSystem.Events(HostFacts.Unknown with { MemoryMiB = 16384, Dom0MemoryMiB = 4096, Cpus = 4 })
            .Append(Added("work", QubeClass.StandaloneVM, 1))
            .Append(Added("rem", QubeClass.RemoteVM, 2))
            .Append(new PropertySet(null, "stats_interval", PropertyValue.Of(1), null))
            .Aggregate(World.Empty, Evolve.Apply);

        internal Bench() => Calls = new PowerCalls(() => world, new HostGauge(Host, Time), new DomainFigures(), CallPolicy.None, Time);

        internal SteppedTime Time { get; } = new();

        internal SteppedHost Host { get; } = new();

        internal PowerCalls Calls { get; }

        internal void Set(string property, string number) =>
            world = Evolve.Apply(world, new PropertySet(null, property, PropertyValue.Of(System.Numerics.BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture)), null));

        internal AdminCall Call(Request request, ReplyWriter reply) =>
            new(request, world, world.Dom0, world.Find(request.Destination)!, reply, CancellationToken.None);

        private static QubeAdded Added(string name, QubeClass @class, int qid) => new(
            new QubeId(new Guid(qid, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])), name, @class, qid, [], [], [], []);
    }

    private sealed class SteppedHost : IHost
    {
        internal long CpuTimeNs { get; set; } = 12_000_000_000;

        public HostFacts Observe() => HostFacts.Unknown;

        public HostFigures Measure() => new(4096 * 1024, CpuTimeNs);
    }

    /// <summary>A clock that stands still; whoever waits goes on as soon as it is moved.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly Lock gate = new();
        private DateTimeOffset now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        private TaskCompletionSource<TimeSpan> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? next;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.UtcTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (gate)
            {
                next = () => callback(state);
                waiting.TrySetResult(dueTime);
            }

            return new Idle();
        }

        internal async Task<TimeSpan> WhenWaitingAsync(CancellationToken ct) => await waiting.Task.WaitAsync(ct);

        internal void Pass(TimeSpan span)
        {
            Action fire;
            lock (gate)
            {
                now += span;
                fire = next ?? throw new InvalidOperationException("nobody waits");
                waiting = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            fire();
        }

        private sealed class Idle : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
