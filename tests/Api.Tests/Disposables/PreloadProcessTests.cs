using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public sealed class PreloadProcessTests
{
    private const string Max = Preload.MaxFeature;

    [Fact]
    public async Task As_many_wait_paused_as_are_wanted()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Max, "3");
        var waiting = await bench.WaitingAsync(3);
        Assert.All(waiting, qube => Assert.Equal(("1", "", "1"), (qube.Features.Find("internal"), qube.Features.Find(Preload.InProgressFeature), qube.Features.Find(Preload.CompletedFeature))));
        Assert.Equal(["root:qubes.WaitForRunningSystem"], bench.Qrexec.Calls.Distinct());
        Assert.Equal(waiting.Select(qube => bench.RunOf(qube)!.Xid).Order(), bench.Memory.Targets.Select(target => target.Xid).Order());
        Assert.All(bench.Memory.Targets, target => Assert.Equal(0, target.Bytes));
    }

    [Fact]
    public async Task Where_a_session_can_come_up_it_is_waited_for_as_well()
    {
        var ready = DisposableBench.Ready();
        ready.Given(draft => Features.Set(draft, ready.Id("tpl"), "gui", "1")).Given(draft => Features.Set(draft, ready.Id("tpl"), "supported-feature.late-gui-daemon", "1"));
        await using var bench = new DisposableBench(ready.World);
        await bench.SetAsync("dvm", Max, "1");
        await bench.WaitingAsync(1);
        Assert.Equal(["root:qubes.WaitForRunningSystem", "user:qubes.WaitForSession"], bench.Qrexec.Calls);
    }

    [Fact]
    public async Task Two_who_ask_at_once_do_not_get_the_same()
    {
        await using var bench = new DisposableBench();
        await bench.KeepOneAsync();
        var waiting = Assert.Single(await bench.WaitingAsync(1));
        var given = await Task.WhenAll(Task.Run(() => bench.RequestAsync()), Task.Run(() => bench.RequestAsync()));
        Assert.NotEqual(given[0].Id, given[1].Id);
        var fresh = Assert.Single(given, qube => qube.Id != waiting.Id);
        Assert.Equal("Running", PowerStates.Of(bench.World, bench.World.Qube(waiting.Id)));
        Assert.Equal("Halted", PowerStates.Of(bench.World, fresh));
        Assert.All(given, qube => Assert.Contains("disp-created-by-work", qube.Tags));
        Assert.False(Preload.IsPreloaded(bench.World.Qube(waiting.Id)));
        Assert.False(bench.World.Qube(waiting.Id).Features.ContainsKey("internal"));
        Assert.Single(bench.Heard, "dvm|" + Preload.UsedEvent);
    }

    [Fact]
    public async Task Many_who_ask_at_once_each_get_their_own()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Max, "4");
        await bench.WaitingAsync(4);
        var given = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => bench.RequestAsync())));
        Assert.Equal(12, given.Select(qube => qube.Id).Distinct().Count());
        Assert.Equal(12, bench.Disposables().Count(qube => qube.Tags.Contains("disp-created-by-work")));
        await bench.WaitingAsync(4);
    }

    [Fact]
    public async Task One_is_made_anew_after_the_delay()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Preload.DelayFeature, "5");
        await bench.SetAsync("dvm", Max, "1");
        await bench.WaitingAsync(1);
        await bench.RequestAsync();
        Assert.Empty(bench.Listed);
        await bench.Time.SleeperAsync(TimeSpan.FromSeconds(5));
        await bench.Time.AdvanceAsync(TimeSpan.FromSeconds(5));
        await bench.WaitingAsync(1);
    }

    [Fact]
    public async Task With_a_negative_delay_none_is_made_before_the_last_one_is_used()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Preload.DelayFeature, "-0.001");
        await bench.SetAsync("dvm", Max, "2");
        await bench.WaitingAsync(2);
        await bench.RequestAsync();
        await bench.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await bench.WaitingAsync(1);
        await bench.RequestAsync();
        await bench.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await bench.WaitingAsync(2);
    }

    [Fact]
    public async Task Memory_limits_how_many_are_made()
    {
        await using var bench = new DisposableBench { Memory = { AvailableMiB = 1500 } };
        await bench.SetAsync("dom0", Preload.ThresholdFeature, "500");
        await bench.SetAsync("dvm", Max, "5");
        await bench.WaitingAsync(2); // 1000 MiB for 400 MiB each
        bench.Memory.AvailableMiB = 499;
        await bench.SetAsync("dvm", Max, "6");
        await bench.Keeper.Requests.KeepReadyAsync(bench.Dvm.Id, DisposableBench.Call(), default);
        Assert.Equal(2, bench.Listed.Length);
    }

    [Fact]
    public async Task Less_are_kept_when_less_are_wanted()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Max, "3");
        await bench.WaitingAsync(3);
        var oldest = bench.Listed[0];
        await bench.SetAsync("dvm", Max, "1");
        await bench.UntilAsync(() => bench.Disposables().Length == 1, "one is left");
        Assert.Equal([oldest], bench.Listed);
        await bench.DecideAsync("dvm", draft => Properties.Set(draft, draft.World.Find("dvm")!.Id, "template_for_dispvms", "False"));
        await bench.UntilAsync(() => bench.Disposables().Length == 0, "none is left");
    }

    [Theory]
    [InlineData("qubes.WaitForRunningSystem")]
    [InlineData("timeout")]
    public async Task One_that_does_not_become_ready_goes(string failing)
    {
        await using var bench = new DisposableBench { Qrexec = { Failing = failing } };
        await bench.SetAsync("dvm", Max, "3");
        await bench.UntilAsync(() => bench.Heard.Any(text => text.EndsWith("|domain-start-failed", StringComparison.Ordinal)), "a start failed");
        await bench.Keeper.Requests.KeepReadyAsync(bench.Dvm.Id, DisposableBench.Call(), default);
        await bench.UntilAsync(() => bench.Disposables().Length == 0, "none is left");
        Assert.Empty(bench.Listed);
        Assert.Empty(await bench.Hypervisor.ListAsync(default));
    }

    [Fact]
    public async Task One_that_cannot_be_started_goes()
    {
        await using var bench = new DisposableBench { Memory = { IsFull = true } };
        await bench.SetAsync("dvm", Max, "1");
        await bench.Keeper.Requests.KeepReadyAsync(bench.Dvm.Id, DisposableBench.Call(), default);
        await bench.UntilAsync(() => bench.Disposables().Length == 0 && bench.Heard.Contains("|domain-delete"), "it is gone");
        Assert.Empty(bench.Listed);
    }

    [Fact]
    public async Task Who_asks_while_one_is_made_waits_for_it()
    {
        var agent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = new DisposableBench { Qrexec = { Gate = agent.Task } };
        await bench.KeepOneAsync();
        var made = await bench.StartingAsync();
        var request = bench.RequestAsync();
        await bench.UntilAsync(() => bench.Listed.Length == 0, "it is taken");
        Assert.False(request.IsCompleted);
        agent.SetResult();
        Assert.Equal(made.Id, (await request).Id);
        Assert.Equal("Running", PowerStates.Of(bench.World, bench.World.Qube(made.Id)));
        Assert.DoesNotContain($"{made.Name}|domain-pre-paused", bench.Heard);
    }

    [Fact]
    public async Task Who_waits_too_long_gets_another_one()
    {
        var agent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = new DisposableBench { Qrexec = { Gate = agent.Task } };
        await bench.KeepOneAsync();
        var made = await bench.StartingAsync();
        var request = bench.RequestAsync();
        await bench.UntilAsync(() => bench.Listed.Length == 0, "it is taken");
        await bench.Time.SleeperAsync(TimeSpan.FromSeconds(72)); // 1.2 times qrexec_timeout
        await bench.Time.AdvanceAsync(TimeSpan.FromSeconds(72));
        Assert.NotEqual(made.Id, (await request).Id);
        await bench.UntilAsync(() => bench.World.Find(made.Id) is null, "the other one is gone");
        agent.SetResult();
    }

    [Fact]
    public async Task Who_hangs_up_leaves_nothing_behind()
    {
        var agent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = new DisposableBench { Qrexec = { Gate = agent.Task } };
        await bench.SetAsync("dvm", Max, "1");
        var made = await bench.StartingAsync();
        using var hangup = new CancellationTokenSource();
        var request = bench.RequestAsync(hangup.Token);
        await bench.UntilAsync(() => bench.Listed.Length == 0, "it is taken");
        await hangup.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await bench.UntilAsync(() => bench.World.Find(made.Id) is null, "it is gone");
        agent.SetResult();
    }

    [Fact]
    public async Task One_that_somebody_unpauses_is_in_use()
    {
        await using var bench = new DisposableBench();
        await bench.KeepOneAsync();
        var waiting = Assert.Single(await bench.WaitingAsync(1));
        await bench.Power.Requests.UnpauseAsync(waiting.Id, DisposableBench.Call(), default);
        await bench.UntilAsync(() => bench.Heard.Contains("dvm|" + Preload.UsedEvent), "it is in use");
        Assert.Empty(bench.Listed);
        Assert.False(Preload.IsPreloaded(bench.World.Qube(waiting.Id)));
        await bench.Power.Requests.KillAsync(waiting.Id, DisposableBench.Call(), default);
        Assert.Null(bench.World.Find(waiting.Id));
    }

    [Fact]
    public async Task Outdated_ones_are_not_given_away()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Max, "2");
        var before = await bench.WaitingAsync(2);
        await bench.DecideAsync("dvm", draft => Properties.Set(draft, draft.World.Find("dvm")!.Id, "memory", "500"));
        await bench.UntilAsync(() => bench.Disposables().Length == 0, "the outdated ones are gone");
        Assert.DoesNotContain((await bench.RequestAsync()).Id, before.Select(qube => qube.Id));
        await bench.Time.SleeperAsync(TimeSpan.FromSeconds(30));
        await bench.Time.AdvanceAsync(TimeSpan.FromSeconds(30));
        await bench.WaitingAsync(2);
    }

    [Fact]
    public async Task After_a_run_of_the_template_new_ones_are_made()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Max, "1");
        var before = Assert.Single(await bench.WaitingAsync(1));
        var tpl = bench.World.Find("tpl")!.Id;
        await bench.Power.Requests.StartAsync(tpl, DisposableBench.Call(), default);
        bench.Time.Set(TimeSpan.FromSeconds(1)); // later than the disposable's start
        await bench.Power.Requests.KillAsync(tpl, DisposableBench.Call(), default);
        await bench.UntilAsync(() => bench.World.Find(before.Id) is null, "the outdated one is gone");
        await bench.WaitingAsync(1);
    }

    [Fact]
    public async Task A_disposable_goes_when_it_stops_however_it_does()
    {
        await using var bench = new DisposableBench();
        foreach (var end in new Func<QubeId, Task>[]
        {
            id => bench.Power.Requests.KillAsync(id, DisposableBench.Call(), default),
            id => bench.Power.Requests.ShutdownAsync(id, force: false, wait: true, DisposableBench.Call(), default),
            id => bench.Hypervisor.DestroyAsync(id, default).AsTask(),
        })
        {
            var disposable = await bench.RequestAsync();
            await bench.Power.Requests.StartAsync(disposable.Id, DisposableBench.Call(), default);
            await end(disposable.Id);
            await bench.UntilAsync(() => bench.World.Find(disposable.Id) is null, "it is gone");
        }
    }

    [Fact]
    public async Task A_disposable_that_cannot_be_started_goes()
    {
        await using var bench = new DisposableBench();
        var disposable = await bench.RequestAsync();
        bench.Memory.IsFull = true;
        await Assert.ThrowsAsync<NotEnoughMemoryException>(() => bench.Power.Requests.StartAsync(disposable.Id, DisposableBench.Call(), default));
        Assert.Null(bench.World.Find(disposable.Id));
    }
}
