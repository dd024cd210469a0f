namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>PostgreSQL goes away while the daemon runs: reads go on, writes fail at once or succeed, and it recovers by itself.</summary>
public sealed class PostgresLossTests
{
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(60);

    // "At once": long before the client's own patience ends.
    private static readonly TimeSpan RefusalLimit = TimeSpan.FromSeconds(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ITestOutputHelper? Output => TestContext.Current.TestOutputHelper;

    [Fact]
    public async Task The_embedded_server_is_killed_while_clients_write()
    {
        var random = new Random(Environment.TickCount);
        await using var root = await FreshRoot.CreateAsync(Ct);
        var (daemon, workload) = await StartAsync(root, fault: null);
        await using var probe = new Probe(daemon.Client);
        for (var round = 1; round <= Knobs.PostgresCrashRounds; round++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var writing = workload.RunAsync(daemon.Client, stop.Token);
            await Task.Delay(random.Next(50, 500), Ct);
            Assert.NotEmpty(await root.KillPostmastersAsync(Ct));
            await AssertWritesAgainAsync(daemon);
            await stop.CancelAsync();
            await writing;
            await workload.AssertIntactAsync(daemon, Ct);
        }

        await FinishAsync(daemon, workload, probe);
    }

    [Fact]
    public async Task The_connection_of_the_writer_breaks_during_a_commit()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var (daemon, workload) = await StartAsync(root, fault: "in-commit-kill-postgres:60");
        await using var probe = new Probe(daemon.Client);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var before = workload.Acknowledged;
        var writing = workload.RunAsync(daemon.Client, stop.Token);
        await Eventually.TrueAsync("more writes were made than up to the break", () => workload.Acknowledged > before + 60, RecoveryLimit, Ct, () => daemon.Tail);
        await AssertWritesAgainAsync(daemon);
        await stop.CancelAsync();
        await writing;
        await workload.AssertIntactAsync(daemon, Ct);
        await FinishAsync(daemon, workload, probe);
    }

    [Fact]
    public async Task While_it_stays_away_writes_are_refused_at_once_and_reads_go_on()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var (daemon, workload) = await StartAsync(root, fault: null);
        await using var probe = new Probe(daemon.Client);
        var control = PostgresFiles.Control(root);
        PostgresFiles.Hide(control);
        await root.KillPostmastersAsync(Ct);
        await Task.Delay(TimeSpan.FromSeconds(1), Ct);
        for (var i = 0; i < 5; i++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var reply = await daemon.Client.CallAsync("admin.vm.tag.Set", $"away-{i}", "dom0", "", Ct);
            Assert.True(reply is { Kind: ReplyKind.Exception, ExceptionType: "QubesException" }, $"{reply}\n{daemon.Tail}");
            Assert.Contains("nothing was changed", reply.ExceptionMessage, StringComparison.OrdinalIgnoreCase);
            Assert.True(watch.Elapsed < RefusalLimit, $"The refusal took {watch.Elapsed.TotalSeconds:0.0} s.");
        }

        Assert.Equal("", await daemon.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
        PostgresFiles.Show(control);
        await AssertWritesAgainAsync(daemon);
        await workload.AssertIntactAsync(daemon, Ct);
        await FinishAsync(daemon, workload, probe);
    }

    private static async Task<(DaemonProcess Daemon, Workload Workload)> StartAsync(RootFolder root, string? fault)
    {
        var workload = new Workload(root);
        var daemon = await root.StartAsync(Ct, new DaemonOptions { Fault = fault });
        await workload.PrepareAsync(daemon.Client, Ct);
        return (daemon, workload);
    }

    private static async Task AssertWritesAgainAsync(DaemonProcess daemon)
    {
        foreach (var method in (string[])["admin.vm.tag.Set", "admin.vm.tag.Remove"])
        {
            await Eventually.TrueAsync(
                "writes work again",
                async () =>
                {
                    var reply = await daemon.Client.CallAsync(method, "canary", "dom0", "", Ct);
                    // A former attempt may have been told that its outcome is unknown.
                    return reply.IsOk || reply.ExceptionType == "QubesTagNotFoundError";
                },
                RecoveryLimit,
                Ct,
                () => daemon.Tail);
        }
    }

    private static async Task FinishAsync(DaemonProcess daemon, Workload workload, Probe probe)
    {
        await probe.AssertUnaffectedAsync(daemon);
        daemon.AssertAlive();
        Output?.WriteLine(
            $"{workload.Acknowledged} acknowledged and {workload.Refused} refused writes; {probe.Answers} reads, slowest {probe.Slowest.TotalMilliseconds:0} ms");
        await workload.AssertLogAsync(Ct);
    }
}
