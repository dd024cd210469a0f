using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A memory balancer behind a real socket, honest and not.</summary>
public sealed class QmemmanSocketTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qmm-");

    public QmemmanSocketTests() => Directory.CreateDirectory(Path.Combine(root.FullName, "run/qubes"));

    public void Dispose() => root.Delete(true);

    [Theory]
    [InlineData("OK")]
    [InlineData("OK\n")]
    public async Task A_reservation_holds_the_connection_until_it_is_disposed(string answer)
    {
        using var listener = Listen();
        var asking = Balancer().ReserveAsync(450_000_000, default).AsTask();
        using var client = await listener.AcceptAsync().WaitAsync(Patience);
        Assert.Equal("450000000\n", await LineAsync(client));
        await client.SendAsync(Encoding.ASCII.GetBytes(answer));
        var reservation = await asking.WaitAsync(Patience);
        Assert.NotNull(reservation);

        var end = client.ReceiveAsync(new byte[1]);
        await Task.Delay(200);
        Assert.False(end.IsCompleted);
        await reservation.DisposeAsync();
        Assert.Equal(0, await end.WaitAsync(Patience));
        await reservation.DisposeAsync();
    }

    [Theory]
    [InlineData("FAIL")]
    [InlineData("FAIL\n")]
    [InlineData("INVALID_ARG")]
    public async Task A_refusal_is_no_reservation(string answer)
    {
        using var listener = Listen();
        var served = AnswerAsync(listener, answer);
        Assert.Null(await Balancer().ReserveAsync(1, default));
        Assert.Equal("1\n", await served);
    }

    [Fact]
    public async Task An_answer_may_come_in_pieces()
    {
        using var listener = Listen();
        var asking = Balancer().ReserveAsync(1, default).AsTask();
        using var client = await listener.AcceptAsync().WaitAsync(Patience);
        await LineAsync(client);
        await client.SendAsync("O"u8.ToArray());
        await Task.Delay(100);
        Assert.False(asking.IsCompleted);
        await client.SendAsync("K"u8.ToArray());
        Assert.NotNull(await asking.WaitAsync(Patience));
    }

    [Theory]
    [InlineData("", "Failed to connect to qmemman: it closed the connection")]
    [InlineData("O", "Failed to connect to qmemman: its answer is none that is known")]
    [InlineData("NO", "Failed to connect to qmemman: its answer is none that is known")]
    [InlineData("OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK", "Failed to connect to qmemman: its answer is none that is known")]
    public async Task A_balancer_that_breaks_the_protocol_cannot_be_reached(string answer, string message)
    {
        using var listener = Listen();
        _ = AnswerAsync(listener, answer);
        Assert.Equal(message, (await Assert.ThrowsAsync<IOException>(() => Balancer().ReserveAsync(1, default).AsTask())).Message);
    }

    [Fact]
    public async Task A_silent_balancer_cannot_be_reached()
    {
        using var listener = Listen();
        var balancer = new QmemmanSocket(new RootedPaths(root.FullName), true, TimeSpan.FromMilliseconds(300));
        var failure = await Assert.ThrowsAsync<IOException>(() => balancer.ReserveAsync(1, default).AsTask());
        Assert.Equal("Failed to connect to qmemman: no answer within 0.3 s", failure.Message);
    }

    [Fact]
    public async Task Who_asks_may_stop_waiting()
    {
        using var listener = Listen();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Balancer().ReserveAsync(1, stop.Token).AsTask());
    }

    [Fact]
    public async Task Without_a_balancer_a_host_of_Xen_starts_nothing_and_another_everything()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => Balancer().ReserveAsync(1, default).AsTask());
        Assert.Equal("Failed to connect to qmemman: [Errno 2] No such file or directory", failure.Message);
        var other = new QmemmanSocket(new RootedPaths(root.FullName), false, Patience);
        var reservation = await other.ReserveAsync(1, default);
        Assert.NotNull(reservation);
        await reservation.DisposeAsync();
        await other.SetAsync([(1, 2)], default);
        Assert.Null(await other.AvailableAsync(default));
    }

    [Fact]
    public async Task A_socket_that_nobody_serves_is_told_also_elsewhere()
    {
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "run/qubes/qmemman.sock"), "");
        var other = new QmemmanSocket(new RootedPaths(root.FullName), false, Patience);
        var failure = await Assert.ThrowsAsync<IOException>(() => other.ReserveAsync(1, default).AsTask());
        Assert.Equal("Failed to connect to qmemman: [Errno 111] Connection refused", failure.Message);
    }

    [Fact]
    public async Task Balances_are_set_in_one_line()
    {
        using var listener = Listen();
        var served = AnswerAsync(listener, "OK");
        await Balancer().SetAsync([(3, 1_000_000), (17, 0)], default);
        Assert.Equal("3:1000000 17:0\n", await served);
        await Balancer().SetAsync([], default); // nothing to say: nobody is asked

        served = AnswerAsync(listener, "INVALID_ARG");
        Assert.Equal("qmemman refused the balance 3:1: INVALID_ARG", (await Assert.ThrowsAsync<IOException>(() => Balancer().SetAsync([(3, 1)], default).AsTask())).Message);
        await served;
    }

    [Theory]
    [InlineData("123456789", 123456789L)]
    [InlineData("4096\n", 4096L)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    [InlineData("a lot", null)]
    [InlineData("99999999999999999999999999", null)]
    public async Task Free_memory_is_read_from_its_file(string text, long? free)
    {
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "run/qubes/qmemman-avail-mem"), text);
        Assert.Equal(free, await Balancer().AvailableAsync(default));
    }

    private static async Task<string> AnswerAsync(Socket listener, string answer)
    {
        using var client = await listener.AcceptAsync().WaitAsync(Patience);
        var line = await LineAsync(client);
        await client.SendAsync(Encoding.ASCII.GetBytes(answer));
        return line;
    }

    private static async Task<string> LineAsync(Socket client)
    {
        var text = "";
        var piece = new byte[1];
        while (!text.EndsWith('\n') && await client.ReceiveAsync(piece).WaitAsync(Patience) == 1)
        {
            text += (char)piece[0];
        }

        return text;
    }

    private QmemmanSocket Balancer() => new(new RootedPaths(root.FullName), true, Patience);

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(root.FullName, "run/qubes/qmemman.sock")));
        listener.Listen(10);
        return listener;
    }
}
