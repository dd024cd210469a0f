using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history forget</c>: nothing of a qube is left in any file, the chain still verifies, the state is what it was.</summary>
public sealed class ForgetTests(ForgettableLog log) : IClassFixture<ForgettableLog>
{
    [Fact]
    public async Task Nothing_of_a_qube_is_left_in_any_file()
    {
        var before = await StateAsync();
        Assert.All(ForgettableLog.Words, word => Assert.NotEmpty(log.Find(word))); // so that not finding them says something

        var dry = await log.RunAsync("forget", ForgettableLog.Secret, "--dry-run");
        Assert.Equal("", dry.Error);
        await Golden.HoldAsync("forget.txt", dry.Output);
        Assert.NotEmpty(log.Find(ForgettableLog.Secret));

        var run = await log.RunAsync("forget", ForgettableLog.Secret, "--yes");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(ForgettableLog.Words, word => Assert.Empty(log.Find(word)));
        Assert.Equal(before, await StateAsync());
        Assert.NotEmpty(log.Find(ForgettableLog.Creator));

        var again = await log.RunAsync("forget", ForgettableLog.SecretId.ToString(), "--yes", "--json");
        Assert.Equal(0, JsonDocument.Parse(again.Output).RootElement.GetProperty("events").GetInt32());
        await InterruptAsync(before);
    }

    [Fact]
    public async Task What_cannot_be_forgotten_is_refused()
    {
        await RefusedAsync("the log knows of no qube 'nobody' that was removed", "nobody");
        await RefusedAsync("the log knows of no qube 00000000-0000-0000-0000-0000000000ff", "00000000-0000-0000-0000-0000000000ff");
        await RefusedAsync("the qube 'work' is still there: remove it first", SampleLog.Qube);
        await RefusedAsync($"something leads to it: the tag created-by-{ForgettableLog.Creator} of work", ForgettableLog.Creator);
        await RefusedAsync("there were several qubes of the name 'zyqxtwice'", ForgettableLog.Twice);
        await RefusedAsync("this cannot be undone: say --yes", "00000001-0002-0003-0000-000000000000");
    }

    // Wherever it dies, the next one ends it.
    private async Task InterruptAsync(string before)
    {
        foreach (var step in new[] { 3, 5 }) // each step by hand: QUBESD_FAULT=in-forgetting:1 to 6
        {
            Environment.SetEnvironmentVariable("QUBESD_FAULT", $"in-forgetting:{step}");
            var killed = await log.RunAsync("forget", ForgettableLog.Doomed(step), "--yes");
            Environment.SetEnvironmentVariable("QUBESD_FAULT", null);
            Assert.NotEqual(0, killed.ExitCode);
            if (step == 5)
            {
                // As if it had died while the write-ahead log was being thrown away.
                Array.ForEach(Directory.GetFiles(Path.Combine(log.Root, "var/lib/qubes/log/postgres/pg_wal")), File.Delete);
            }

            var identity = new Guid(step + 1, 3, 4, new byte[8]).ToString();
            var ended = await log.RunAsync("forget", identity, "--yes");
            Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
            Assert.Empty(log.Find(ForgettableLog.Doomed(step)));
        }

        Assert.Equal(before, await StateAsync());
        Assert.False(File.Exists(Path.Combine(log.Root, "var/lib/qubes/log/forgetting")));
    }

    private async Task<string> StateAsync()
    {
        var verified = await log.RunAsync("verify");
        Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
        return (await log.RunAsync("at", (await HeadAsync()).ToString(System.Globalization.CultureInfo.InvariantCulture))).Output;
    }

    private async Task<long> HeadAsync() => JsonDocument.Parse((await log.RunAsync("verify", "--json")).Output).RootElement.GetProperty("head").GetInt64();

    private async Task RefusedAsync(string reason, string qube)
    {
        var run = await log.RunAsync("forget", qube);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }
}
