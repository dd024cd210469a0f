using System.Diagnostics;
using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The daemon is killed at every step of a start and of a shutdown: before and after each commit and each call of the hypervisor.</summary>
public sealed class PowerCrashTests
{
    private const string Qube = "work";
    private static readonly string[] Seams = ["before-commit", "after-commit", "before-call", "after-call"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_or_a_shutdown_that_dies_anywhere_is_brought_to_its_end()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        await PrepareAsync(root);
        var (points, running) = (0, 0);
        foreach (var seam in Seams)
        {
            for (var step = 1; ; step++)
            {
                var died = await DieAsync(root, $"{seam}:{step}");
                running += await SettledAsync(root, $"{seam}:{step}") ? 1 : 0;
                if (!died)
                    break;
                points++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{points} points; after {running} of them the qube ran, after the others it was off");
        Assert.True(points >= 20, $"only {points} points were tried");
        await History.AssertVerifiesAsync(root, Ct);
    }

    private static async Task PrepareAsync(RootFolder root)
    {
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.StandaloneVM", "", "dom0", $"name={Qube} label=red", Ct);
        await daemon.StopAsync(Ct);
    }

    // Starts and shuts down until the daemon dies; false when it lives through both.
    private static async Task<bool> DieAsync(RootFolder root, string fault)
    {
        var daemon = await root.StartAsync(Ct, new DaemonOptions { Fault = fault });
        foreach (var call in new[] { ("admin.vm.Start", ""), ("admin.vm.Shutdown", "wait") })
        {
            var reply = await daemon.Client.CallAsync(call.Item1, call.Item2, Qube, "", Ct);
            if (reply.Bytes.Length == 0)
            {
                var code = await daemon.WaitForExitAsync(DaemonProcess.StopLimit, Ct);
                Assert.True(code == 128 + Native.SignalKill, $"{fault} ended the daemon with {code}.\n{daemon.Tail}");
                return true;
            }

            Assert.True(reply.IsOk, $"{fault}: {call.Item1} was answered with {reply}");
        }

        await daemon.StopAsync(Ct);
        return false;
    }

    // After a restart the qube runs and is known, or is off and cleaned up; it can be stopped and started as ever.
    private static async Task<bool> SettledAsync(RootFolder root, string fault)
    {
        var daemon = await root.StartAsync(Ct);
        var state = "";
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(20, Ct))
        {
            state = await StateAsync(daemon);
            if (state is "Running" or "Halted" && Xid(root) == int.Parse(await PropertyAsync(daemon, "xid"), System.Globalization.CultureInfo.InvariantCulture))
                break;
        }

        Assert.True(state is "Running" or "Halted", $"after {fault} the qube is {state}\n{daemon.Tail}");
        Assert.True((state == "Running") == (Xid(root) > 0), $"after {fault} the qube is {state}, its domain {Xid(root)}");
        if (state == "Halted")
            await daemon.Client.MustAsync("admin.vm.Start", "", Qube, "", Ct);
        await daemon.Client.MustAsync("admin.vm.Kill", "", Qube, "", Ct);
        Assert.Equal("Halted", await StateAsync(daemon));
        Assert.Equal(-1, Xid(root));
        await daemon.StopAsync(Ct);
        return state == "Running";
    }

    private static async Task<string> StateAsync(DaemonProcess daemon) =>
        (await daemon.Client.MustAsync("admin.vm.CurrentState", "", Qube, "", Ct)).Split("power_state=")[1];

    private static async Task<string> PropertyAsync(DaemonProcess daemon, string property) =>
        (await daemon.Client.MustAsync("admin.vm.property.Get", property, Qube, "", Ct)).Split(' ')[^1];

    // What the simulated hypervisor keeps.
    private static int Xid(RootFolder root)
    {
        var file = root.Below("/run/qubesd.domains.json");
        if (!File.Exists(file))
            return -1;
        using var domains = JsonDocument.Parse(File.ReadAllBytes(file));
        return domains.RootElement.GetProperty("Active").EnumerateArray().Select(domain => domain.GetProperty("Xid").GetInt32()).DefaultIfEmpty(-1).First();
    }
}
