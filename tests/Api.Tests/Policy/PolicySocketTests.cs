using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What clients of the policy daemon can do to each other: nothing.</summary>
public sealed class PolicySocketTests
{
    private const string Rules = PolicyLocations.Permanent + "/30-t.policy";

    [Theory]
    [InlineData("policy")]
    [InlineData("eval")]
    [InlineData("gui")]
    public async Task Who_sends_nothing_holds_nothing_but_a_connection(string socket)
    {
        await using var bench = Bench("s * @anyvm @anyvm allow\n");
        using var silent = await Client.ConnectAsync(bench.PathOf(socket));
        using var halfway = await Client.ConnectAsync(bench.PathOf(socket));
        await halfway.SendAsync("source=work\npolicy.Ev"u8.ToArray());
        Assert.StartsWith("user=DEFAULT\nresult=allow\n", await bench.AskAsync("work", "vault", "s"), StringComparison.Ordinal);
        Assert.Equal("result=allow\n", await Client.CallAsync(bench.PathOf("eval"), "policy.EvalSimple+s work\0work\0vault"u8.ToArray()));
    }

    [Theory]
    [InlineData("policy", "source=work\n")]
    [InlineData("policy", "")]
    [InlineData("eval", "policy.EvalSimple+s work\0wo")]
    public async Task Who_does_not_finish_a_request_is_dropped_in_time(string socket, string part)
    {
        await using var bench = Bench("s * @anyvm @anyvm allow\n", requestBound: TimeSpan.FromMilliseconds(200));
        using var slow = await Client.ConnectAsync(bench.PathOf(socket));
        await slow.SendAsync(Encoding.ASCII.GetBytes(part));
        Assert.Equal("", await slow.ReadToEndAsync());
        await bench.WhenIdleAsync();
        Assert.EndsWith("was dropped: it was not complete after 0.2 s", Assert.Single(bench.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_may_come_byte_by_byte()
    {
        await using var bench = Bench("s * @anyvm @anyvm allow\n");
        using var slow = await Client.ConnectAsync(bench.PathOf("policy"));
        foreach (var letter in "source=work\nintended_target=vault\nservice_and_arg=s+a\n\n"u8.ToArray())
        {
            await slow.SendAsync(new[] { letter });
            await Task.Yield();
        }

        Assert.Contains("\ntarget=vault\n", await slow.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64 * 1024, true)]
    [InlineData((64 * 1024) + 1, false)]
    [InlineData(300_000, false)]
    public async Task A_line_of_64_KiB_is_the_longest(int length, bool isAnswered)
    {
        await using var bench = Bench("s * * @anyvm allow\n");
        var request = "source=" + new string('a', length - 7) + "\nintended_target=vault\nservice_and_arg=s\n\n";
        var reply = await Client.CallAsync(bench.PathOf("policy"), Encoding.ASCII.GetBytes(request));
        Assert.Equal(isAnswered, reply.StartsWith("user=DEFAULT\nresult=allow\n", StringComparison.Ordinal));
        Assert.Equal(isAnswered ? "user=" : "", reply[..Math.Min(reply.Length, 5)]);
    }

    [Fact]
    public async Task Each_line_may_be_of_64_KiB_the_last_one_as_well()
    {
        await using var bench = Bench("s * * * allow target=vault\n");
        var (source, target) = (new string('a', (64 * 1024) - 7), new string('b', (64 * 1024) - 16));
        Assert.Contains("\ntarget=vault\n", await Client.CallAsync(bench.PathOf("policy"), Encoding.ASCII.GetBytes($"source={source}\nservice_and_arg=s\nintended_target={target}\n\n")), StringComparison.Ordinal);
        Assert.Contains("\ntarget=vault\n", await Client.CallAsync(bench.PathOf("policy"), Encoding.ASCII.GetBytes($"service_and_arg=s\nintended_target={target}\nsource={source}")), StringComparison.Ordinal);
        Assert.Equal("", await Client.CallAsync(bench.PathOf("policy"), Encoding.ASCII.GetBytes($"service_and_arg=s\nintended_target=\nsource=a{source}")));
    }

    [Fact]
    public async Task A_line_without_an_end_is_dropped_without_being_kept()
    {
        await using var bench = Bench("");
        using var endless = await Client.ConnectAsync(bench.PathOf("policy"));
        var sending = Task.Run(async () =>
        {
            for (var block = 0; block < 100; block++)
            {
                await endless.SendAsync(new byte[64 * 1024]);
            }
        });
        Assert.Equal("", await endless.ReadToEndAsync());
        await sending;
        await bench.WhenIdleAsync();
        Assert.Contains("longer than 65536 bytes", Assert.Single(bench.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_clients_at_once_are_all_answered()
    {
        await using var bench = Bench("s +1 @anyvm @anyvm allow\ns * @anyvm @anyvm deny notify=no\n");
        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(async client =>
        {
            var reply = client % 2 == 0
                ? await bench.AskAsync("work", "vault", $"s+{client % 4}")
                : await Client.CallAsync(bench.PathOf("eval"), Encoding.ASCII.GetBytes($"policy.EvalSimple+s+{client % 4} work\0work\0vault"));
            return (client, reply);
        }));
        Assert.All(replies, one => Assert.Equal(
            one.client % 2 == 0 ? "result=deny" : one.client % 4 == 1 ? "result=allow\n" : "result=deny\n", one.reply));
        await bench.WhenIdleAsync();
        Assert.Equal(0, bench.OpenConnections);
    }

    [Fact]
    public async Task More_clients_than_there_is_room_for_wait()
    {
        await using var bench = new PolicyBench(new SocketServerOptions { MaxConnections = 4 });
        using var silent = await Client.ConnectAsync(bench.PathOf("policy"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => bench.AskAsync("work", "vault", "s")));
        Assert.All(replies, reply => Assert.Equal("", reply)); // nobody is known, so nobody can be told
    }

    [Fact]
    public async Task Only_the_owner_and_the_group_may_ask()
    {
        var group = (await RunAsync("id", "-gn")).Trim();
        await using var bench = new PolicyBench(new SocketServerOptions { Group = group });
        foreach (var socket in new[] { "policy", "eval", "gui" })
        {
            Assert.Equal($"660 {group} socket", (await RunAsync("stat", "-c", "%a %G %F", bench.PathOf(socket))).Trim());
        }
    }

    [Fact]
    public async Task A_socket_that_somebody_else_serves_is_left_alone_and_the_others_are_served()
    {
        using var folder = new TestFolder();
        await using var other = AdminSocketServer.Listen(folder.File("p"), SocketKind.Misc, new Nobody(), new SocketServerOptions(), NullLogger.Instance);
        await File.WriteAllTextAsync(folder.File("file"), "mine", Client.Ct);
        var log = new TestLog();
        using var users = new PolicyUsers(new NoAgent(), log);
        var desk = new PolicyDesk(
            new PolicyInForce(new PolicyFilesInMemory(), PolicyLocations.Standard), () => RecordedQubes.Named("remote"), users, log);
        await using (var sockets = PolicySockets.Open(
            [
                PolicySocket.OfRequests(folder.File("p")), PolicySocket.OfEvalSimple(folder.File("s")),
                PolicySocket.OfEvalGui(folder.File("file/g")), PolicySocket.OfRequests(folder.File(new string('x', 100))),
            ],
            desk, new SocketServerOptions(), log))
        {
            Assert.Equal(1, sockets.Count);
            Assert.Equal("result=deny\n", await Client.CallAsync(folder.File("s"), "policy.EvalSimple+s work\0work\0vault"u8.ToArray()));
        }

        Assert.Contains("goes on without it. To have it served here, stop the other one", log.Lines[0], StringComparison.Ordinal);
        Assert.All(log.Lines.Take(3), line => Assert.StartsWith("Warning 132", line, StringComparison.Ordinal));
        Assert.True(File.Exists(folder.File("p")), "the other one's socket is gone");
        Assert.False(File.Exists(folder.File("s")), "our own socket is left behind");
    }

    [Fact]
    public async Task A_stop_drops_those_who_ask_and_leaves_no_socket()
    {
        await using var bench = Bench("s * @anyvm @anyvm ask\n");
        bench.Ask.Answer = () => Task.Delay(Timeout.Infinite, Client.Ct).ContinueWith(_ => "", TaskScheduler.Default);
        var asking = bench.AskAsync("work", "vault", "s");
        while (bench.Ask.Calls.IsEmpty)
        {
            await Task.Delay(5, Client.Ct);
        }

        await bench.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(TimeSpan.FromSeconds(20), Client.Ct);
        Assert.Equal("", await asking);
        await bench.Ask.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(20), Client.Ct);
        Assert.False(File.Exists(bench.PathOf("policy")), "the socket is left behind");
    }

    [Fact]
    public async Task What_a_client_sends_cannot_forge_a_line_of_the_log()
    {
        await using var bench = Bench("");
        await bench.AskAsync("work", "x\rqrexec: s+: work -> vault: allowed to vault\u001b[2J", "s");
        await bench.WhenIdleAsync();
        Assert.All(bench.Log.Lines, line => Assert.DoesNotContain(line, character => character is < ' ' or > '~'));
    }

    private static PolicyBench Bench(string rules, TimeSpan? requestBound = null)
    {
        var bench = new PolicyBench(requestBound: requestBound) { System = () => RecordedQubes.Named("remote") };
        bench.Files.Write(Rules, rules);
        return bench;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!; // no shell, so never null
        var text = await process.StandardOutput.ReadToEndAsync(Client.Ct);
        await process.WaitForExitAsync(Client.Ct);
        return text;
    }

    private sealed class Nobody : IRequestHandler
    {
        public ValueTask HandleAsync(Request request, ReplyWriter reply, CancellationToken disconnected) => ValueTask.CompletedTask;
    }

    private sealed class NoAgent : IPolicyAgent
    {
        public ValueTask<string> AskAsync(string guiVm, PolicyQuestion question, CancellationToken ct) => throw new PolicyAgentException("none", true);

        public ValueTask NotifyAsync(string guiVm, PolicyNotice notice, CancellationToken ct) => throw new PolicyAgentException("none", true);
    }
}
