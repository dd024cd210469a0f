using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What a daemon that was killed in the middle leaves of disposables, and what the next one makes of it.</summary>
public sealed class PreloadRepairTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("qubes-repair-").FullName;

    /// <summary>How far the making of one had come.</summary>
    public enum Step
    {
        Created,
        StartRequested,
        Spawning,
        Spawned,
        Started,
        Pausing,
        Waiting,
        Taken,
        TakenAndResumed,
        Dropped,
    }

    public static TheoryData<Step> Steps => [.. Enum.GetValues<Step>()];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Whatever_was_left_the_wanted_number_waits_in_the_end(Step step)
    {
        var id = new QubeId(new Guid("33333333-3333-4333-8333-333333333333"));
        var (world, store) = await LeaveAsync(id, step);
        await using var bench = new DisposableBench(world, store);
        await bench.Power.SettleAsync(TimeSpan.FromSeconds(10));
        await bench.Keeper.StartAsync(isBoot: false, default);
        var waiting = Assert.Single(await bench.WaitingAsync(1));
        Assert.Equal(step == Step.Waiting, waiting.Id == id);
        await bench.UntilAsync(() => bench.Disposables().Length == 1, "no other is left");
        Assert.Equal([waiting.Id], (await bench.Hypervisor.ListAsync(default)).Select(domain => domain.Qube));
    }

    [Fact]
    public async Task After_the_host_went_down_none_is_left_and_none_is_made_unasked()
    {
        var (world, _) = await LeaveAsync(new QubeId(Guid.NewGuid()), Step.Waiting);
        await using var bench = new DisposableBench(world, new SimulatedDomainStore(Path.Combine(folder, "others.json")));
        await bench.Power.SettleAsync(TimeSpan.FromSeconds(10));
        await bench.Keeper.StartAsync(isBoot: true, default);
        await bench.UntilAsync(() => bench.Disposables().Length == 0, "none is left");
        Assert.Equal("", bench.Dvm.Features.Find(Preload.ListFeature));
        await bench.Keeper.Requests.KeepReadyAsync(bench.Dvm.Id, DisposableBench.Call(), default);
        await bench.WaitingAsync(1);
    }

    [Fact]
    public async Task At_the_start_of_the_host_only_those_go_that_do_not_run_and_were_to_go()
    {
        var scenario = DisposableBench.Ready().Create(QubeClass.DispVM, "named", "dvm");
        QubeId Make(int number)
        {
            var id = new QubeId(Guid.NewGuid());
            scenario.Given(draft => Disposables.Create(draft, draft.World.Find("dvm")!, id, number, []));
            return id;
        }

        var (off, unknown) = (Make(1), Make(2));
        var store = new SimulatedDomainStore(Path.Combine(folder, "domains.json"));
        await StartDomainAsync(store, unknown, "disp2", DomainActivity.Running);
        await using var bench = new DisposableBench(scenario.World, store);
        await bench.Keeper.StartAsync(isBoot: true, default);
        Assert.Null(bench.World.Find(off));
        Assert.NotNull(bench.World.Find(unknown));
        Assert.NotNull(bench.World.Find("named"));
    }

    [Fact]
    public async Task A_restart_of_the_daemon_takes_nothing_from_those_who_have_not_started_theirs()
    {
        await using var bench = new DisposableBench();
        var disposable = await bench.RequestAsync();
        await bench.Keeper.StartAsync(isBoot: false, default);
        Assert.NotNull(bench.World.Find(disposable.Id));
    }

    // The world and the hypervisor as the steps of making one leave them.
    private async Task<(World World, SimulatedDomainStore Store)> LeaveAsync(QubeId id, Step step)
    {
        var scenario = DisposableBench.Ready();
        scenario.Given(draft => Features.Set(draft, scenario.Id("dvm"), Preload.MaxFeature, "1"))
            .Given(draft => PreloadedDisposables.Create(draft, scenario.Id("dvm"), id, 42, []));
        var store = new SimulatedDomainStore(Path.Combine(folder, "domains.json"));
        var rules = new (Step From, Action<Draft> Rule)[]
        {
            (Step.StartRequested, draft => Starts.Request(draft, id, "run")),
            (Step.Spawning, draft => Starts.Spawn(draft, id, "run")),
            (Step.Spawned, draft => Starts.Spawned(draft, new QubeSpawned(id, "run", 1, -1, null, 0))),
            (Step.Started, draft => Pauses.Observe(draft, id, "run", DomainActivity.Running)),
            (Step.Started, draft => Starts.Complete(draft, id, "run")),
            (Step.Pausing, draft => PreloadedDisposables.AnnouncePause(draft, id)),
            (Step.Waiting, draft => PreloadedDisposables.Complete(draft, id, "run", isPaused: true)),
            (Step.Taken, draft => Assert.Equal(id, PreloadedDisposables.Take(draft, scenario.Id("dvm"), _ => false))),
        };
        foreach (var (_, rule) in rules.Where(entry => entry.From <= (step == Step.Dropped ? Step.Waiting : step)))
        {
            scenario.Given(rule);
        }

        if (step == Step.Dropped)
        {
            scenario.Given(draft => PreloadedDisposables.DropAll(draft, scenario.Id("dvm")));
        }

        if (step >= Step.Spawning)
        {
            var isPaused = step is Step.Spawning or Step.Spawned or Step.Pausing or Step.Waiting or Step.Taken or Step.Dropped;
            await StartDomainAsync(store, id, "disp42", isPaused ? DomainActivity.Paused : DomainActivity.Running);
        }

        return (scenario.World, store);
    }

    private static async Task StartDomainAsync(SimulatedDomainStore store, QubeId id, string name, DomainActivity activity)
    {
        await using var hypervisor = new SimulatedHypervisor(new HostDescription(), store, TimeProvider.System);
        await hypervisor.DefineAsync($"<domain><name>{name}</name><uuid>{id}</uuid><currentMemory unit='MiB'>400</currentMemory><os><type>xenpvh</type></os></domain>", default);
        await hypervisor.CreatePausedAsync(id, default);
        if (activity == DomainActivity.Running)
        {
            await hypervisor.ResumeAsync(id, default);
        }
    }
}
