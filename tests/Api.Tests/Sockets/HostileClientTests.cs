using System.Diagnostics;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Runs alone, since it measures memory and descriptors of the process.</summary>
[CollectionDefinition(nameof(HostileClientTests), DisableParallelization = true)]
[Collection(nameof(HostileClientTests))]
public class HostileClientTests
{
    private const int IdleConnections = 4000;

    [Fact]
    public async Task Four_thousand_idle_connections_leave_others_unaffected_and_nothing_behind()
    {
        await using var server = TestServer.Echo();
        var idle = new List<Client>();
        var descriptors = Descriptors();
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var count = 0; count < IdleConnections; count++)
        {
            var client = await Client.ConnectAsync(server.Path);
            idle.Add(client);
            if (count % 2 == 0)
            {
                await client.SendAsync("admin.vm.List do"u8.ToArray());
            }
        }

        while (server.OpenConnections < IdleConnections)
        {
            await Task.Delay(5, Client.Ct);
        }

        // Both ends together; a buffer of the full size for each would be 256 MiB.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, IdleConnections * 8 * 1024);
        var watch = Stopwatch.StartNew();
        for (var call = 0; call < 200; call++)
        {
            Assert.Equal("0\0m||dom0|name|dom0|", await Client.CallAsync(server.Path, "m"));
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        idle.ForEach(client => client.Dispose());
        await server.WhenIdleAsync();
        Assert.InRange(Descriptors() - descriptors, -50, 50);
    }

    [Fact]
    public async Task Clients_that_hang_up_anywhere_are_silent()
    {
        await using var server = TestServer.Start(async (_, reply, _) =>
        {
            await Task.Delay(1, CancellationToken.None);
            reply.Ok(new string('x', 1_000_000));
        });
        var request = Frames.Of("admin.vm.List");
        for (var sent = 0; sent <= request.Length; sent++)
        {
            using var client = await Client.ConnectAsync(server.Path);
            await client.SendAsync(request.AsMemory(0, sent));
            if (sent % 2 == 0)
            {
                client.CloseSending();
            }

            if (sent % 3 == 0)
            {
                await Task.Delay(2, Client.Ct);
            }
        }

        await server.WhenIdleAsync();
        Assert.DoesNotContain(server.Log.Lines, line => !line.Contains("framing error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_reads_nothing_holds_up_only_itself()
    {
        await using var server = TestServer.Start((_, reply) => reply.Ok(new string('x', 5_000_000)));
        using var client = await Client.ConnectAsync(server.Path);
        await client.SendAsync(Frames.Of("m"));
        client.CloseSending();
        await Task.Delay(20, Client.Ct);
        Assert.Equal(5_000_002, (await Client.CallAsync(server.Path, "m")).Length);
        Assert.Equal(1, server.OpenConnections);
        client.Dispose();
        await server.WhenIdleAsync();
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task Many_clients_at_once_are_all_answered()
    {
        await using var server = TestServer.Echo();
        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Client.Ct }, async (call, _) =>
            Assert.Equal($"0\0m|{call}|dom0|name|dom0|", await Client.CallAsync(server.Path, $"m+{call}")));
        await server.WhenIdleAsync();
        Assert.Empty(server.Log.Lines);
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
}
