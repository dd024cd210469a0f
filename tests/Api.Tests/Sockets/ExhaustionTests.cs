using System.Net.Sockets;

namespace Qubes.Cqrs.Api.Tests;

public class ExhaustionTests
{
    [Fact]
    public async Task More_connections_than_there_is_room_for_wait_and_are_served_later()
    {
        await using var server = TestServer.Start((_, reply) => reply.Ok("x"), new SocketServerOptions { MaxConnections = 5 });
        var idle = new List<Client>();
        for (var count = 0; count < 5; count++)
        {
            idle.Add(await Client.ConnectAsync(server.Path));
        }

        var waiting = Enumerable.Range(0, 20).Select(_ => Client.CallAsync(server.Path, "m")).ToList();
        while (server.Log.Lines.Count == 0)
        {
            await Task.Delay(5, Client.Ct);
        }

        Assert.Equal(5, server.OpenConnections);
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        idle[0].Dispose();
        Assert.All(await Task.WhenAll(waiting), reply => Assert.Equal("0\0x", reply));
        // Told once, and again only when they had to wait anew.
        var told = server.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        Assert.InRange(told.Count, 1, 5);
        Assert.All(told, line => Assert.Equal($"Error 1107 new connections on {server.Path} wait: 5 are open", line));
        idle.ForEach(client => client.Dispose());
        await server.WhenIdleAsync();
        Assert.Equal("0\0x", await Client.CallAsync(server.Path, "m"));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_those_who_wait()
    {
        await using var server = TestServer.Start((_, reply) => reply.Ok("x"), new SocketServerOptions { MaxConnections = 1 });
        using var idle = await Client.ConnectAsync(server.Path);
        using var waiting = await Client.ConnectAsync(server.Path);
        while (server.Log.Lines.Count == 0)
        {
            await Task.Delay(5, Client.Ct);
        }

        await server.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(TimeSpan.FromSeconds(20), Client.Ct);
        Assert.Equal("", await waiting.ReadToEndAsync());
    }

    [Fact]
    public async Task Without_descriptors_the_server_goes_on_after_a_pause()
    {
        var failures = 7;
        await using var server = TestServer.Start(
            (_, reply) => reply.Ok("x"),
            new SocketServerOptions { AcceptLoops = 1, ExhaustionPause = TimeSpan.FromMilliseconds(1) },
            listener => Interlocked.Decrement(ref failures) >= 0 ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listener.AcceptAsync());
        Assert.Equal("0\0x", await Client.CallAsync(server.Path, "m"));
        Assert.StartsWith($"Error 1107 new connections on {server.Path} wait: ", Assert.Single(server.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_go_before_they_are_accepted_are_silent()
    {
        var failures = 7;
        await using var server = TestServer.Start(
            (_, reply) => reply.Ok("x"),
            new SocketServerOptions(),
            listener => Interlocked.Decrement(ref failures) >= 0 ? throw new SocketException((int)SocketError.ConnectionAborted) : listener.AcceptAsync());
        Assert.Equal("0\0x", await Client.CallAsync(server.Path, "m"));
        Assert.Empty(server.Log.Lines);
    }

    [Theory]
    [InlineData(20_000, 9_744, 4_872)]
    [InlineData(1_024, 256, 128)]
    [InlineData(4, 4, 2)]
    [InlineData(1_000_000_000, 32_768, 16_384)]
    public void Descriptors_are_kept_for_everything_else(long descriptors, int admin, int others)
    {
        Assert.Equal(admin, ProcessLimits.MaxConnections(SocketKind.Admin, descriptors));
        Assert.Equal(others, ProcessLimits.MaxConnections(SocketKind.Internal, descriptors));
        Assert.Equal(others, ProcessLimits.MaxConnections(SocketKind.Misc, descriptors));
    }
}
