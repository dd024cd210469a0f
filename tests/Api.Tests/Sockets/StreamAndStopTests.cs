using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public class StreamAndStopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_stream_stays_open_and_may_end_with_a_refusal()
    {
        await using var server = TestServer.Start(async (request, _, ct) =>
        {
            var stream = request.OpenStream();
            await stream.SendAsync("1\0a"u8.ToArray(), ct);
            await Task.Delay(10, ct);
            await stream.SendAsync("1\0b"u8.ToArray(), ct);
            throw new RefusedException("enough");
        });
        Assert.Equal("1\0a1\0b2\0QubesException\0\0enough\0", await Client.CallAsync(server.Path, "admin.vm.Stats"));
    }

    [Fact]
    public async Task A_stream_hears_that_its_client_has_gone()
    {
        var gone = new TaskCompletionSource();
        await using var server = TestServer.Start(async (request, _, _) =>
        {
            var stream = request.OpenStream();
            stream.Disconnected.Register(gone.SetResult);
            await stream.SendAsync("1\0"u8.ToArray(), CancellationToken.None);
            await Task.Delay(Timeout.Infinite, stream.Disconnected);
        });
        using (var client = await Client.ConnectAsync(server.Path))
        {
            await client.SendAsync(Frames.Of("admin.Events"));
            client.CloseSending();
            await client.ReadUntilAsync("1\0");
            await Task.Delay(50, Client.Ct);
            Assert.False(gone.Task.IsCompleted); // half-closed is not gone
        }

        await gone.Task.WaitAsync(Patience, Client.Ct);
        await server.WhenIdleAsync();
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task Hundreds_of_streams_come_and_go()
    {
        await using var server = TestServer.Start(async (request, _, _) =>
        {
            var stream = request.OpenStream();
            await stream.SendAsync("1\0"u8.ToArray(), CancellationToken.None);
            await Task.Delay(Timeout.Infinite, stream.Disconnected);
        });
        var clients = new List<Client>();
        for (var count = 0; count < 500; count++)
        {
            var client = await Client.ConnectAsync(server.Path);
            clients.Add(client);
            await client.SendAsync(Frames.Of("admin.Events"));
            client.CloseSending();
        }

        foreach (var client in clients)
        {
            await client.ReadUntilAsync("1\0");
            client.Dispose();
        }

        await server.WhenIdleAsync().WaitAsync(Patience, Client.Ct);
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task Sending_to_a_client_that_has_gone_is_cancelled()
    {
        var result = new TaskCompletionSource<Exception>();
        await using var server = TestServer.Start(async (request, _, _) =>
        {
            var stream = request.OpenStream();
            try
            {
                while (true)
                {
                    await stream.SendAsync(new byte[100_000], CancellationToken.None);
                }
            }
            catch (Exception failure)
            {
                result.SetResult(failure);
                throw;
            }
        });
        using (var client = await Client.ConnectAsync(server.Path))
        {
            await client.SendAsync(Frames.Of("admin.Events"));
            client.CloseSending();
            await client.ReadAsync();
        }

        Assert.IsType<OperationCanceledException>(await result.Task.WaitAsync(Patience, Client.Ct), exactMatch: false);
        await server.WhenIdleAsync();
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task A_stop_lets_running_calls_finish()
    {
        var started = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var server = TestServer.Start(async (_, reply, _) =>
        {
            started.SetResult();
            await goOn.Task;
            reply.Ok("done");
        });
        var call = Client.CallAsync(server.Path, "m");
        using var idle = await Client.ConnectAsync(server.Path);
        await started.Task;
        var stop = server.StopAsync(Patience);
        Assert.Equal("", await idle.ReadToEndAsync()); // an incomplete request is not waited for
        Assert.False(File.Exists(server.Path));
        Assert.False(stop.IsCompleted);
        goOn.SetResult();
        Assert.Equal("0\0done", await call);
        await stop;
        Assert.Equal(0, server.OpenConnections);
    }

    [Fact]
    public async Task A_stop_ends_streams_at_once()
    {
        await using var server = TestServer.Start(async (request, _, _) =>
        {
            var stream = request.OpenStream();
            await stream.SendAsync("1\0"u8.ToArray(), CancellationToken.None);
            await Task.Delay(Timeout.Infinite, stream.Disconnected);
        });
        using var client = await Client.ConnectAsync(server.Path);
        await client.SendAsync(Frames.Of("admin.Events"));
        client.CloseSending();
        await client.ReadUntilAsync("1\0");
        await server.StopAsync(Patience);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_stop_cuts_off_what_takes_longer_than_its_bound()
    {
        var wasTold = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var server = TestServer.Start(async (_, reply, disconnected) =>
        {
            disconnected.Register(wasTold.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.Infinite, disconnected);
        });
        var call = Client.CallAsync(server.Path, "m");
        await started.Task;
        await server.StopAsync(TimeSpan.FromMilliseconds(20));
        await wasTold.Task.WaitAsync(Patience, Client.Ct);
        Assert.Equal("", await call);
        Assert.Equal([$"Warning 1108 1 connections on {server.Path} were cut off: their calls took longer than the stop allows"], server.Log.Lines);
    }

    [Fact]
    public async Task A_hangup_does_not_stop_an_ordinary_call()
    {
        var finished = new TaskCompletionSource();
        await using var server = TestServer.Start(async (_, reply, disconnected) =>
        {
            await Task.Delay(50, disconnected);
            reply.Ok();
            finished.SetResult();
        });
        using (var client = await Client.ConnectAsync(server.Path))
        {
            await client.SendAsync(Frames.Of("m"));
            client.CloseSending();
        }

        await finished.Task.WaitAsync(Patience, Client.Ct);
        await server.WhenIdleAsync();
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task The_payload_is_the_client_s_while_the_call_runs()
    {
        await using var server = TestServer.Start(async (request, reply, _) =>
        {
            await Task.Yield();
            reply.Ok(Encoding.Latin1.GetString(request.UntrustedPayload.Span));
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), Client.Ct, async (call, _) =>
            Assert.Equal($"0\0{call}", await Client.CallAsync(server.Path, "m", payload: $"{call}")));
    }
}
