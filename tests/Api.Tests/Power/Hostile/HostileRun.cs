using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>One daemon's executor against one hostile hypervisor: clients ask for this and that, guests crash, then the faults end.</summary>
internal sealed class HostileRun : IAsyncDisposable, ICommitObserver
{
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Convergence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RealPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LatestConvergence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SlowStep = TimeSpan.FromMilliseconds(500);

    private readonly Random random;
    private readonly VirtualTime time = new();
    private readonly Writer writer;
    private readonly SimulatedHypervisor host;
    private readonly HostileHypervisor hypervisor;
    private readonly PowerProcess power;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private readonly List<Task> asked = [];
    private readonly List<string> faults = [];

    internal HostileRun(int seed)
    {
        random = new Random(seed);
        var description = new HostDescription { CpuTimeNsPerDomainId = 1 };
        var facts = HostFacts.Unknown with { MemoryMiB = 16384, Kernels = [new HostKernel("k", true) { HasInitramfs = true, HasModules = true }] };
        var world = Given(facts);
        writer = new Writer(new LogInMemory(), world, this, time, new WriterOptions { Linger = TimeSpan.Zero }, NullLogger<Writer>.Instance);
        var dispatcher = new Dispatcher(writer, CommandRegistry.All, []);
        host = new SimulatedHypervisor(description, null, time);
        hypervisor = new HostileHypervisor(host, seed, time);
        var ports = SimulatedPorts.Of(
            description, new RootedPaths(Path.Combine(AppContext.BaseDirectory, "no-such-folder")), new SimulatedQubesDb(description)) with
        {
            Hypervisor = hypervisor,
        };
        power = new PowerProcess(ports, new NoVolumes(), dispatcher, new PowerOptions(), time, NullLogger<PowerProcess>.Instance);
        running = power.RunAsync(stopping.Token);
    }

    internal int Faults => hypervisor.Faults;

    /// <summary>Whether log and hypervisor agreed only after the time that they have for it.</summary>
    internal bool WasLate { get; private set; }

    /// <summary>Lives through the trouble, and tells what is wrong in the end; empty when nothing is.</summary>
    /// <remarks>
    /// The virtual clock outruns a thread that the machine does not let run: the regular look, say, that asks for its next turn only when the clock
    /// has come to its end. So the clock goes on slowly while they disagree. What was only outrun is settled by the next looks; what the executor
    /// really missed stays wrong, however long that takes.
    /// </remarks>
    internal async Task<string> LiveAsync()
    {
        var end = time.GetUtcNow() + Trouble;
        while (time.GetUtcNow() < end)
        {
            Ask();
            await AdvanceAsync(Earlier(end, time.GetUtcNow() + TimeSpan.FromMilliseconds(random.Next(1500))));
        }

        hypervisor.IsTame = true;
        await AdvanceAsync(time.GetUtcNow() + Convergence);
        var (watch, ended) = (Stopwatch.StartNew(), time.GetUtcNow());
        while (await DisagreementAsync() is { Length: > 0 } wrong)
        {
            if (watch.Elapsed > RealPatience && time.GetUtcNow() - ended > LatestConvergence)
            {
                return string.Join("; ", faults.Append(wrong));
            }

            await Task.Delay(10); // for what could already run
            if (watch.ElapsedMilliseconds > 100)
            {
                WasLate = true;
                await AdvanceAsync(time.GetUtcNow() + SlowStep);
            }
        }

        return string.Join("; ", hypervisor.MostAtOnce > 1 ? faults.Append("a domain was created while one of its UUID ran") : faults);
    }

    public void Committed(World world, ImmutableArray<RecordedEvent> events) => power?.Committed(world, events);

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await power.DisposeAsync();
        await hypervisor.DisposeAsync();
        await writer.DisposeAsync();
        stopping.Dispose();
    }

    private static World Given(HostFacts facts)
    {
        var world = FreshSystem.Events(facts).Aggregate(World.Empty, Evolve.Apply);
        var draft = new Draft(world, new Caller(QubeId.Dom0, default));
        Domain.Properties.Set(draft, null, "default_kernel", "k");
        foreach (var (name, number) in (ReadOnlySpan<(string, int)>)[("net", 1), ("fw", 2), ("work", 3)])
        {
            QubeCreation.Create(draft, new NewQube(QubeClass.StandaloneVM, name, 1, null, null, [], new QubeId(new Guid(number, 0, 0, new byte[8])), 0));
        }

        var (net, fw, work) = (draft.World.Find("net")!, draft.World.Find("fw")!, draft.World.Find("work")!);
        Domain.Properties.Set(draft, net.Id, "provides_network", "True");
        Domain.Properties.Set(draft, fw.Id, "provides_network", "True");
        Domain.Properties.Set(draft, fw.Id, "netvm", "net");
        Domain.Properties.Set(draft, work.Id, "netvm", "fw");
        return draft.World;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void Ask()
    {
        var qube = writer.Current.Find(random.Next(3) switch { 0 => "net", 1 => "fw", _ => "work" })!.Id;
        var call = Call.OfDaemon("test");
        asked.Add(Task.Run(() => TryAsync(random.Next(12) switch
        {
            0 or 1 or 2 or 3 => power.Requests.StartAsync(qube, call, stopping.Token),
            4 => power.Requests.ShutdownAsync(qube, force: true, wait: false, call, stopping.Token),
            5 => power.Requests.KillAsync(qube, call, stopping.Token),
            6 => power.Requests.PauseAsync(qube, call, stopping.Token),
            7 or 8 => power.Requests.UnpauseAsync(qube, call, stopping.Token),
            9 => power.Requests.SuspendAsync(qube, call, stopping.Token),
            10 => hypervisor.CrashAsync(qube),
            _ => hypervisor.StartByHandAsync(qube),
        })));
    }

    private async Task TryAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is DomainException or OperationCanceledException)
        {
            // Refused, as it may be.
        }
        catch (Exception e)
        {
            lock (faults)
            {
                faults.Add(e.ToString());
            }
        }
    }

    // From timer to timer, letting everything that can run do so in between.
    private async Task AdvanceAsync(DateTimeOffset end)
    {
        do
        {
            await SettleAsync();
        }
        while (time.Step(end));
        await SettleAsync();
    }

    private static async Task SettleAsync()
    {
        await Task.Yield();
        for (var quiet = 0; quiet < 3; quiet++)
        {
            var completed = ThreadPool.CompletedWorkItemCount;
            Thread.SpinWait(300);
            if (ThreadPool.PendingWorkItemCount > 0 || ThreadPool.CompletedWorkItemCount != completed)
            {
                quiet = 0;
                Thread.Yield();
            }
        }
    }

    private async Task<string> DisagreementAsync()
    {
        var world = writer.Current;
        foreach (var qube in world.InOrder().Where(qube => !qube.IsDom0))
        {
            var domain = await host.FindAsync(qube.Id, CancellationToken.None);
            var run = world.Runs.GetValueOrDefault(qube.Id);
            var agrees = (run, domain) switch
            {
                (null, null) => true,
                ({ Phase: RunPhase.Started, Wish: RunWish.None }, not null) => run.Xid == domain.Xid && run.Activity == domain.Activity,
                _ => false,
            };
            if (!agrees)
            {
                return $"{qube}: the log says {run?.ToString() ?? "off"}, the hypervisor {domain?.ToString() ?? "off"}";
            }
        }

        return "";
    }
}
