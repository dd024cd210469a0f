using System.Net.Sockets;
using System.Threading.Channels;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A subscriber of <c>admin.Events</c> that keeps what it was told until the test takes it.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromSeconds(30);

    private readonly Socket socket;
    private readonly Channel<WireEvent> events = Channel.CreateUnbounded<WireEvent>();
    private readonly CancellationTokenSource stop = new();
    private readonly Task reading;
    private bool disposed;

    private EventStream(Socket socket)
    {
        this.socket = socket;
        reading = ReadAsync();
    }

    /// <summary>Subscribes and waits for the greeting, from which on nothing is missed.</summary>
    public static async Task<EventStream> OpenAsync(
        AdminClient client, CancellationToken ct, string source = "dom0", string destination = "dom0")
    {
        var stream = await TryOpenAsync(client, ct, source, destination);
        Assert.True(stream is not null, "A subscription starts with connection-established, but got something else.");
        return stream;
    }

    /// <summary>Subscribes; null when the daemon refuses.</summary>
    public static async Task<EventStream?> TryOpenAsync(AdminClient client, CancellationToken ct, string source = "dom0", string destination = "dom0")
    {
        var socket = await client.ConnectAsync(ct);
        await socket.SendAsync(new AdminRequest("admin.Events") { Source = source, Destination = destination }.ToBytes(), ct);
        socket.Shutdown(SocketShutdown.Send);
        var stream = new EventStream(socket);
        try
        {
            if (await stream.NextAsync(GreetingLimit, ct) is { Subject: "", Name: "connection-established", Values.Count: 0 })
                return stream;
        }
        catch (Exception refusal) when (refusal is FormatException or ChannelClosedException)
        {
        }

        await stream.DisposeAsync();
        return null;
    }

    /// <summary>The next event, or null when none came in time or the daemon closed the stream.</summary>
    /// <exception cref="FormatException">The stream carries something else than events.</exception>
    public async Task<WireEvent?> NextAsync(TimeSpan limit, CancellationToken ct)
    {
        if (events.Reader.TryRead(out var waiting))
            return waiting;
        using var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        source.CancelAfter(limit);
        try
        {
            while (await events.Reader.WaitToReadAsync(source.Token))
            {
                if (events.Reader.TryRead(out var next))
                    return next;
            }

            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What has arrived so far.</summary>
    public List<WireEvent> TakeArrived()
    {
        var arrived = new List<WireEvent>();
        while (events.Reader.TryRead(out var next))
            arrived.Add(next);
        return arrived;
    }

    /// <summary>The daemon closed the stream.</summary>
    public bool IsClosed => reading.IsCompleted;

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await stop.CancelAsync();
        socket.Dispose();
        await reading;
        stop.Dispose();
    }

    private async Task ReadAsync()
    {
        // Leaves the caller's thread at once, so that opening does not wait for the first bytes.
        await Task.Yield();
        var frames = new EventFrames();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, stop.Token) is > 0 and var count)
            {
                frames.Append(buffer.AsSpan(0, count));
                while (frames.TryTake(out var next))
                    events.Writer.TryWrite(next);
            }

            events.Writer.Complete();
        }
        catch (FormatException broken)
        {
            events.Writer.Complete(broken);
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            events.Writer.Complete();
        }
    }
}
