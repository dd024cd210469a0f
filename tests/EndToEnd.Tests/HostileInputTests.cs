using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Whatever a client sends or fails to send: no crash, no leak, and nobody else notices.</summary>
public sealed class HostileInputTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const int FrameLimit = 65536;

    private static readonly byte[] ListRequest = new AdminRequest("admin.vm.List").ToBytes();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DaemonProcess Daemon => fixture.Daemon;

    [Fact]
    public async Task Random_bytes()
    {
        const int Seed = 20261;
        await AttackAsync(async () =>
        {
            var random = new Random(Seed);
            for (var i = 0; i < 500; i++)
            {
                var bytes = new byte[random.Next(300)];
                random.NextBytes(bytes);
                var reply = await Daemon.Client.SendAsync(bytes, Ct);
                Assert.True(reply.Kind is ReplyKind.Empty or ReplyKind.Exception, $"seed {Seed}, number {i}: {reply}");
            }
        });
    }

    [Fact]
    public async Task Truncated_frames_get_no_answer()
    {
        await AttackAsync(async () =>
        {
            var header = ListRequest.AsMemory(0, ListRequest.Length - 1);
            for (var length = 0; length <= header.Length; length++)
                Assert.Equal(ReplyKind.Empty, (await Daemon.Client.SendAsync(header[..length], Ct)).Kind);
        });
    }

    [Theory]
    [InlineData(FrameLimit - 1, ReplyKind.Exception)]
    [InlineData(FrameLimit, ReplyKind.Exception)]
    [InlineData(FrameLimit + 1, ReplyKind.Empty)]
    [InlineData(2 * FrameLimit, ReplyKind.Empty)]
    [InlineData(16 * 1024 * 1024, ReplyKind.Empty)]
    public async Task The_frame_limit_holds(int size, ReplyKind due)
    {
        await AttackAsync(async () =>
        {
            var request = new byte[size];
            Array.Fill(request, (byte)'a');
            ListRequest.CopyTo(request, 0);
            Assert.Equal(due, (await Daemon.Client.SendAsync(request, Ct)).Kind);
        });
    }

    [Fact]
    public async Task A_header_that_never_ends_is_cut_off()
    {
        await AttackAsync(async () =>
        {
            var request = new byte[4 * FrameLimit];
            Array.Fill(request, (byte)'a');
            var reply = await Daemon.Client.SendAsync(request, Ct, new SendOptions { HalfClose = false, Timeout = TimeSpan.FromSeconds(30) });
            Assert.Equal(ReplyKind.Empty, reply.Kind);
        });
    }

    [Fact]
    public async Task Slow_senders_are_served_when_they_are_done()
    {
        await AttackAsync(async () =>
        {
            var slow = new SendOptions { PieceSize = 1, PiecePause = TimeSpan.FromMilliseconds(5), Timeout = TimeSpan.FromSeconds(60) };
            var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Daemon.Client.SendAsync(ListRequest, Ct, slow)));
            Assert.All(replies, reply => Assert.StartsWith("dom0 class=AdminVM", reply.Content, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Thousands_of_idle_connections()
    {
        var wanted = (ulong)(Knobs.IdleConnections + 2000);
        Assert.True(Native.RaiseDescriptorLimit(0, wanted) >= wanted, $"This test needs {wanted} descriptors; the hard limit is lower.");
        Native.RaiseDescriptorLimit(Daemon.Pid, wanted);
        await AttackAsync(async () =>
        {
            var idle = new List<Socket>();
            try
            {
                for (var i = 0; i < Knobs.IdleConnections; i++)
                {
                    var socket = await Daemon.Client.ConnectAsync(Ct);
                    idle.Add(socket);
                    // Some say nothing at all, some stop in the middle, some only forget to close their side.
                    if (i % 3 > 0)
                        await socket.SendAsync(ListRequest.AsMemory(0, i % 3 == 1 ? 8 : ListRequest.Length), Ct);
                }

                await Eventually.TrueAsync(
                    "the daemon has accepted all of them",
                    () => Daemon.Descriptors >= Knobs.IdleConnections,
                    TimeSpan.FromSeconds(60),
                    Ct,
                    () => $"{Daemon.Descriptors} descriptors are open.\n{Daemon.Tail}");
                Assert.StartsWith("dom0 ", await Daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
                await Daemon.Client.MustAsync("admin.vm.tag.Set", "among-idle", "dom0", "", Ct);
                await Daemon.Client.MustAsync("admin.vm.tag.Remove", "among-idle", "dom0", "", Ct);
            }
            finally
            {
                idle.ForEach(socket => socket.Dispose());
            }
        });
    }

    [Theory]
    [InlineData("before the first byte")]
    [InlineData("in the header")]
    [InlineData("after the header")]
    [InlineData("in the payload")]
    [InlineData("before the end of the request")]
    [InlineData("before the reply")]
    public async Task Clients_that_hang_up(string when)
    {
        var request = new AdminRequest("admin.vm.feature.Set") { Arg = "hang-up", Payload = AdminRequest.Bytes(new string('v', 1000)) }.ToBytes();
        var header = Array.IndexOf(request, (byte)0) + 1;
        var sent = when switch
        {
            "before the first byte" => 0,
            "in the header" => header / 2,
            "after the header" => header,
            "in the payload" => header + 500,
            _ => request.Length,
        };
        await AttackAsync(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                using var socket = await Daemon.Client.ConnectAsync(Ct);
                if (sent > 0)
                    await socket.SendAsync(request.AsMemory(0, sent), Ct);
                if (when == "before the reply")
                    socket.Shutdown(SocketShutdown.Send);
            }
        });
    }

    [Fact]
    public async Task A_change_is_made_although_its_client_hung_up()
    {
        var request = new AdminRequest("admin.vm.tag.Set") { Arg = "hung-up" }.ToBytes();
        using (var socket = await Daemon.Client.ConnectAsync(Ct))
        {
            await socket.SendAsync(request, Ct);
            socket.Shutdown(SocketShutdown.Send);
        }

        await Eventually.TrueAsync(
            "the tag is set",
            async () => await Daemon.Client.MustAsync("admin.vm.tag.Get", "hung-up", "dom0", "", Ct) == "1",
            TimeSpan.FromSeconds(10),
            Ct);
    }

    [Fact]
    public async Task Random_bytes_on_the_other_sockets()
    {
        await AttackAsync(async () =>
        {
            var random = new Random(7);
            foreach (var name in (string[])["internal", "misc"])
            {
                for (var i = 0; i < 200; i++)
                {
                    var bytes = new byte[random.Next(300)];
                    random.NextBytes(bytes);
                    var kind = (await Daemon.Sockets.Client(name).SendAsync(bytes, Ct)).Kind;
                    Assert.True(kind is ReplyKind.Empty or ReplyKind.Exception, $"{kind} for {Readable.Text(Encoding.Latin1.GetString(bytes))}");
                }
            }
        });
    }

    private async Task AttackAsync(Func<Task> attack)
    {
        var watch = await DescriptorWatch.StartAsync(Daemon, Ct);
        await using (var probe = new Probe(Daemon.Client))
        {
            await attack();
            await probe.AssertUnaffectedAsync(Daemon);
        }

        await watch.AssertSettlesAsync(Ct);
    }
}
