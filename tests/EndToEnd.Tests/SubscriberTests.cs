using System.Net.Sockets;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Subscribers that misbehave: nobody can hold up the writer or be told wrong things.</summary>
public sealed class SubscriberTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const int Writers = 8;
    private const int DeafSubscribers = 5;

    private static readonly TimeSpan CutLimit = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DaemonProcess Daemon => fixture.Daemon;

    [Fact]
    public async Task Who_never_reads_is_disconnected_and_the_writer_goes_on()
    {
        var watch = await DescriptorWatch.StartAsync(Daemon, Ct);
        await using var attentive = await EventStream.OpenAsync(Daemon.Client, Ct);
        var deaf = new List<Socket>();
        await using var probe = new Probe(Daemon.Client);
        try
        {
            for (var i = 0; i < DeafSubscribers; i++)
                deaf.Add(await SubscribeAsync());
            var perWriter = Knobs.DeafSubscriberWrites / Writers;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(writer, perWriter)));

            // Two events each time a feature is set; the one who reads got them all, in order for each writer.
            var last = new int[Writers];
            for (var i = 0; i < 2 * perWriter * Writers; i++)
            {
                var next = await attentive.NextAsync(TimeSpan.FromSeconds(10), Ct);
                Assert.True(next is not null, $"Event {i} of {2 * perWriter * Writers} did not come (closed: {attentive.IsClosed}).\n{Daemon.Tail}");
                if (next.Name.StartsWith("domain-feature-set:", StringComparison.Ordinal))
                    AssertInOrder(next, last);
            }

            foreach (var socket in deaf)
                await AssertIsCutAsync(socket);
        }
        finally
        {
            deaf.ForEach(socket => socket.Dispose());
        }

        await probe.AssertUnaffectedAsync(Daemon);
        await attentive.DisposeAsync();
        await watch.AssertSettlesAsync(Ct);
    }

    [Fact]
    public async Task Who_hangs_up_during_events_leaves_nothing_behind()
    {
        var watch = await DescriptorWatch.StartAsync(Daemon, Ct);
        await using (var probe = new Probe(Daemon.Client))
        {
            using var writing = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var writer = WriteUntilAsync(writing.Token);
            for (var i = 0; i < 200; i++)
            {
                using var socket = await SubscribeAsync();
                var buffer = new byte[1 + i % 100];
                await socket.ReceiveAsync(buffer, Ct);
            }

            await writing.CancelAsync();
            await writer;
            await probe.AssertUnaffectedAsync(Daemon);
        }

        await watch.AssertSettlesAsync(Ct);
    }

    private static void AssertInOrder(WireEvent next, int[] last)
    {
        var parts = next.Value("value").Split('-');
        var writer = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
        var number = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(last[writer] + 1, number);
        last[writer] = number;
    }

    private async Task<Socket> SubscribeAsync()
    {
        var socket = await Daemon.Client.ConnectAsync(Ct);
        await socket.SendAsync(new AdminRequest("admin.Events").ToBytes(), Ct);
        socket.Shutdown(SocketShutdown.Send);
        return socket;
    }

    private async Task WriteAsync(int writer, int count)
    {
        for (var i = 1; i <= count; i++)
            await Daemon.Client.MustAsync("admin.vm.feature.Set", $"deaf-{writer}", "dom0", $"{writer}-{i}", Ct);
    }

    private async Task WriteUntilAsync(CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
            await Daemon.Client.MustAsync("admin.vm.feature.Set", "noise", "dom0", $"{i}", Ct);
    }

    // What lay in the socket's buffer is still there to read; then comes the end.
    private async Task AssertIsCutAsync(Socket socket)
    {
        using var received = new MemoryStream();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(CutLimit);
        try
        {
            await AdminClient.ReadToEndAsync(socket, received, SendOptions.Default, limit.Token);
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            Assert.Fail($"A subscriber that never read is still connected and was sent {received.Length} bytes.\n{Daemon.Tail}");
        }
    }
}
