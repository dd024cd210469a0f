using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>While a user thinks, nothing else waits; who cannot be asked has not said yes.</summary>
public sealed class PolicyQuestionTests
{
    private const string Rules = PolicyLocations.Permanent + "/30-t.policy";
    private const string AskAll = "s * @anyvm @anyvm ask\nquick * @anyvm @anyvm allow\n";
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Others_are_answered_while_a_user_thinks()
    {
        await using var bench = Bench();
        var answer = new TaskCompletionSource<string>();
        bench.Ask.Answer = () => answer.Task;
        var asking = Enumerable.Range(0, 20).Select(_ => bench.AskAsync("work", "vault", "s")).ToList();
        await WhenAskedAsync(bench, 20);
        Assert.Contains("result=allow", await bench.AskAsync("work", "vault", "quick"), StringComparison.Ordinal);
        Assert.All(asking, one => Assert.False(one.IsCompleted));
        answer.SetResult("allow:personal");
        Assert.All(await Task.WhenAll(asking), reply => Assert.Contains("\ntarget=personal\n", reply, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_that_changes_while_a_question_is_open_counts_for_those_who_come_after()
    {
        await using var bench = Bench();
        var answer = new TaskCompletionSource<string>();
        bench.Ask.Answer = () => answer.Task;
        var asking = bench.AskAsync("work", "vault", "s");
        await WhenAskedAsync(bench, 1);
        bench.Files.Write(Rules, "s * @anyvm @anyvm deny notify=no\n");
        Assert.Equal("result=deny", await bench.AskAsync("work", "vault", "s"));
        Assert.False(asking.IsCompleted);
        answer.SetResult("allow:vault");
        Assert.Contains("\ntarget=vault\n", await asking, StringComparison.Ordinal);
        Assert.Single(bench.Ask.Calls);
    }

    [Fact]
    public async Task Who_hangs_up_takes_the_question_back()
    {
        await using var bench = Bench();
        bench.Ask.Answer = () => new TaskCompletionSource<string>().Task;
        using (var client = await Client.ConnectAsync(bench.PathOf("policy")))
        {
            await client.SendAsync("source=work\nintended_target=vault\nservice_and_arg=s\n\n"u8.ToArray());
            await WhenAskedAsync(bench, 1);
        }

        await bench.Ask.Abandoned.Task.WaitAsync(Generous, Client.Ct);
        await bench.WhenIdleAsync();
    }

    [Fact]
    public async Task A_user_who_never_answers_has_said_no()
    {
        await using var bench = Bench(TimeSpan.FromMilliseconds(200));
        bench.Ask.Answer = () => new TaskCompletionSource<string>().Task;
        Assert.Equal("result=deny", await bench.AskAsync("work", "vault", "s"));
        await bench.Ask.Abandoned.Task.WaitAsync(Generous, Client.Ct);
        Assert.Contains("policy.Ask in dom0 did not answer within 0.2 s", Assert.Single(bench.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_has_said_no()
    {
        await using var bench = Bench();
        bench.Ask.Dispose();
        bench.Notify.Dispose();
        Assert.Equal("result=deny", await bench.AskAsync("work", "vault", "s"));
        Assert.Equal("result=deny", await bench.AskAsync("work", "vault", "unknown"));
        await bench.WhenIdleAsync();
        Assert.Contains("denied: policy.Ask in dom0 does not answer", bench.Log.Lines[0], StringComparison.Ordinal);
        Assert.Contains("error calling qrexec-policy-agent in dom0", bench.Log.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allow:vault\0")]
    [InlineData("allow:vault\nresult=allow")]
    [InlineData("allow:dom0")]
    [InlineData("allow:@dispvm:vault")]
    [InlineData("allow:uuid:00000003-1111-4222-8333-000000000003")]
    [InlineData(" allow:vault")]
    public async Task An_answer_that_was_not_offered_is_no(string answer)
    {
        await using var bench = Bench();
        bench.Ask.Answer = () => Task.FromResult(answer);
        Assert.Equal("result=deny", await bench.AskAsync("work", "vault", "s"));
    }

    [Fact]
    public async Task An_endless_answer_is_no_and_is_not_kept()
    {
        await using var bench = Bench();
        bench.Ask.Answer = () => Task.FromResult("allow:" + new string('x', 10_000_000));
        Assert.Equal("result=deny", await bench.AskAsync("work", "vault", "s"));
    }

    [Fact]
    public async Task One_caller_cannot_ask_endlessly_nor_keep_others_from_asking()
    {
        await using var bench = Bench();
        var answer = new TaskCompletionSource<string>();
        bench.Ask.Answer = () => answer.Task;
        var asking = Enumerable.Range(0, 40).Select(_ => bench.AskAsync("work", "vault", "s")).ToList();
        for (var refused = 0; refused < 8; refused++)
        {
            var first = await Task.WhenAny(asking);
            Assert.Equal("result=deny", await first);
            asking.Remove(first);
        }

        await WhenAskedAsync(bench, 32);
        var other = bench.AskAsync("personal", "vault", "s");
        await WhenAskedAsync(bench, 33);
        answer.SetResult("allow:vault");
        Assert.Contains("\ntarget=vault\n", await other, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(asking), reply => Assert.Contains("\ntarget=vault\n", reply, StringComparison.Ordinal));
        Assert.Contains("\ntarget=vault\n", await bench.AskAsync("work", "vault", "s"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_hears_slowly_holds_up_no_answer()
    {
        await using var bench = Bench();
        bench.Notify.Answer = () => new TaskCompletionSource<string>().Task;
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => bench.AskAsync("work", "vault", "unknown"))).WaitAsync(Generous, Client.Ct);
        Assert.All(replies, reply => Assert.Equal("result=deny", reply));
        Assert.Contains(bench.Log.Lines, line => line.EndsWith("too much is being told already", StringComparison.Ordinal));
    }

    private static PolicyBench Bench(TimeSpan? patience = null)
    {
        var bench = new PolicyBench(patience: patience) { System = () => RecordedQubes.Named("remote") };
        bench.Files.Write(Rules, AskAll);
        return bench;
    }

    private static async Task WhenAskedAsync(PolicyBench bench, int times)
    {
        while (bench.Ask.Calls.Count < times)
        {
            await Task.Delay(5, Client.Ct);
        }
    }
}
