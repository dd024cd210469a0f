namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The daemon is killed at any moment: what it acknowledged is there, nothing is there twice.</summary>
public sealed class CrashTests
{
    private const int RoundsBetweenLogChecks = 10;
    private const int ShortestRun = 20;
    private const int LongestRun = 600;
    private const int FewestCommits = 10;
    private const int MostCommits = 400;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ITestOutputHelper? Output => TestContext.Current.TestOutputHelper;

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9()
    {
        var random = new Random(Environment.TickCount);
        await using var root = await FreshRoot.CreateAsync(Ct);
        var workload = new Workload(root);
        var first = await root.StartAsync(Ct);
        await workload.PrepareAsync(first.Client, Ct);
        await first.StopAsync(Ct);

        for (var round = 1; round <= Knobs.CrashRounds; round++)
        {
            // Three rounds of five are killed from outside, one before and one after a commit.
            var fault = (round % 5) switch
            {
                3 => $"after-commit:{random.Next(FewestCommits, MostCommits)}",
                4 => $"before-commit:{random.Next(FewestCommits, MostCommits)}",
                _ => null,
            };
            await RoundAsync(root, workload, random, fault, round);
            if (round % 7 == 0)
                await root.KillPostmastersAsync(Ct);
            if (round % RoundsBetweenLogChecks == 0)
                await workload.AssertLogAsync(Ct);
        }

        var last = await root.StartAsync(Ct);
        await workload.AssertIntactAsync(last, Ct);
        await workload.AssertLogAsync(Ct);
        Output?.WriteLine($"{Knobs.CrashRounds} rounds, {workload.Acknowledged} acknowledged writes");
        Assert.True(workload.Acknowledged > Knobs.CrashRounds, $"Only {workload.Acknowledged} writes were made.");
    }

    [Fact]
    public async Task A_commit_that_was_made_but_not_answered_is_there_once() => await DieAtCommitAsync("after-commit", true);

    [Fact]
    public async Task A_commit_that_was_not_made_is_not_there() => await DieAtCommitAsync("before-commit", false);

    private static async Task RoundAsync(RootFolder root, Workload workload, Random random, string? fault, int round)
    {
        var daemon = await root.StartAsync(Ct, new DaemonOptions { Fault = fault });
        await workload.AssertIntactAsync(daemon, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writing = workload.RunAsync(daemon.Client, stop.Token);
        if (fault is null)
        {
            await Task.Delay(random.Next(ShortestRun, LongestRun), Ct);
            await daemon.KillAsync(Ct);
        }
        else
        {
            var code = await daemon.WaitForExitAsync(DaemonProcess.StopLimit, Ct);
            Assert.True(code == 128 + Native.SignalKill, $"round {round}: {fault} ended the daemon with {code}.\n{daemon.Tail}");
        }

        await stop.CancelAsync();
        await writing;
    }

    private static async Task DieAtCommitAsync(string seam, bool made)
    {
        const int Commit = 25;
        await using var root = await FreshRoot.CreateAsync(Ct);
        var workload = new Workload(root, writersOfEachKind: 1);
        var first = await root.StartAsync(Ct);
        await workload.PrepareAsync(first.Client, Ct);
        await first.StopAsync(Ct);

        foreach (var writer in workload.Writers)
        {
            var doomed = await root.StartAsync(Ct, new DaemonOptions { Fault = $"{seam}:{Commit}" });
            await writer.RunAsync(doomed.Client, Ct);
            await doomed.WaitForExitAsync(DaemonProcess.StopLimit, Ct);
            Assert.True(writer.IsUncertain, $"{writer} had an answer to every write.\n{doomed.Tail}");

            var daemon = await root.StartAsync(Ct);
            Assert.Equal(made, await writer.ResolveAsync(daemon.Client, Ct));
            await workload.AssertIntactAsync(daemon, Ct);
            await daemon.StopAsync(Ct);
        }

        await workload.AssertLogAsync(Ct);
    }
}
