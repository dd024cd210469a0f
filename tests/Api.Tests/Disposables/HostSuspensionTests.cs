using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public sealed class HostSuspensionTests
{
    private readonly PausedInMemory paused = new();

    [Fact]
    public async Task Everything_sleeps_and_wakes_but_what_was_paused()
    {
        await using var bench = await RunningAsync("work", "net", "dvm");
        await bench.Power.Requests.PauseAsync(Id(bench, "net"), DisposableBench.Call(), default);
        var suspension = new HostSuspension(bench.Power, bench.Keeper, paused);
        await suspension.SuspendAsync(DisposableBench.Call(), default);
        Assert.Equal(["dvm Suspended", "net Paused", "work Suspended"], States(bench));
        Assert.Equal(["net"], paused.Names);
        await suspension.ResumeAsync(DisposableBench.Call(), default);
        Assert.Equal(["dvm Running", "net Paused", "work Running"], States(bench));
        Assert.Equal(
            ["SuspendPre", "SuspendPre", "SuspendPreAll", "SuspendPreAll", "SuspendPost", "SuspendPost", "SuspendPostAll", "SuspendPostAll"],
            bench.Qrexec.Calls.Select(call => call.Replace("root:qubes.", "", StringComparison.Ordinal))
                .OrderBy(call => call.Contains("Post", StringComparison.Ordinal)).ThenBy(call => call, StringComparer.Ordinal));
        Assert.DoesNotContain("work|domain-unpaused", bench.Heard.SkipWhile(text => text != "work|domain-start"));
    }

    [Fact]
    public async Task Without_the_list_everything_wakes()
    {
        await using var bench = await RunningAsync("work", "net");
        await bench.Power.Requests.PauseAsync(Id(bench, "net"), DisposableBench.Call(), default);
        paused.IsBroken = true;
        var suspension = new HostSuspension(bench.Power, bench.Keeper, paused);
        await suspension.SuspendAsync(DisposableBench.Call(), default);
        await suspension.ResumeAsync(DisposableBench.Call(), default);
        await bench.UntilAsync(() => States(bench).SequenceEqual(["net Running", "work Running"]), "both run");
    }

    [Fact]
    public async Task Services_that_fail_keep_nobody_awake()
    {
        await using var bench = await RunningAsync("work");
        bench.Qrexec.Failing = "timeout";
        var suspension = new HostSuspension(bench.Power, bench.Keeper, paused);
        await suspension.SuspendAsync(DisposableBench.Call(), default);
        Assert.Equal(["work Suspended"], States(bench));
        await suspension.ResumeAsync(DisposableBench.Call(), default);
        Assert.Equal(["work Running"], States(bench));
    }

    [Fact]
    public async Task Nothing_is_kept_ready_while_the_host_sleeps()
    {
        await using var bench = new DisposableBench();
        await bench.SetAsync("dvm", Preload.MaxFeature, "2");
        await bench.WaitingAsync(2);
        var suspension = new HostSuspension(bench.Power, bench.Keeper, paused);
        await suspension.SuspendAsync(DisposableBench.Call(), default);
        Assert.Empty(bench.Disposables());
        await bench.SetAsync("dvm", Preload.MaxFeature, "3");
        await bench.Keeper.Requests.KeepReadyAsync(bench.Dvm.Id, DisposableBench.Call(), default);
        Assert.Empty(bench.Disposables());
        await suspension.ResumeAsync(DisposableBench.Call(), default);
        await bench.WaitingAsync(3);
    }

    [Fact]
    public async Task Who_cannot_sleep_is_named()
    {
        await using var bench = await RunningAsync(["work", "net"], ports => ports with { Hypervisor = new Sleepless(ports.Hypervisor, "work") });
        var suspension = new HostSuspension(bench.Power, bench.Keeper, paused);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => suspension.SuspendAsync(DisposableBench.Call(), default));
        Assert.Equal("Failed to suspend some qubes: \nwork: internal error: no", refusal.Message);
        Assert.Equal(["net Suspended", "work Running"], States(bench));
    }

    private static QubeId Id(DisposableBench bench, string name) => bench.World.Find(name)!.Id;

    private static string[] States(DisposableBench bench) =>
        [.. PowerStates.ActiveQubes(bench.World).Select(qube => $"{qube.Name} {PowerStates.Of(bench.World, qube)}")];

    private static Task<DisposableBench> RunningAsync(params string[] names) => RunningAsync(names, ports => ports);

    private static async Task<DisposableBench> RunningAsync(string[] names, Func<PowerPorts, PowerPorts> change)
    {
        var bench = new DisposableBench(change: change);
        foreach (var name in names)
        {
            await bench.Power.Requests.StartAsync(Id(bench, name), DisposableBench.Call(), default);
        }

        return bench;
    }
}
