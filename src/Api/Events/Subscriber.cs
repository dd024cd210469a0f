using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A client of <c>admin.Events</c>: what waits for it, and the loop that sends it.</summary>
/// <remarks>Disposing it ends the subscription.</remarks>
public sealed class Subscriber : IDisposable
{
    // Messages leave together up to this size, so that a burst costs few sends.
    private const int SendBytes = 16 * 1024;

    private readonly EventHub hub;
    private readonly Func<Moment, Announcement, bool>? isVisible;
    private readonly Channel<EventMessage> queue;
    private readonly CancellationTokenSource ended = new();
    private long queuedBytes;

    internal Subscriber(EventHub hub, QubeId destination, Func<Moment, Announcement, bool>? isVisible)
    {
        this.hub = hub;
        this.isVisible = isVisible;
        Destination = destination;
        queue = Channel.CreateBounded<EventMessage>(new BoundedChannelOptions(hub.Options.QueueMessages) { SingleReader = true });
    }

    /// <summary>The only qube it hears of; dom0 hears of everything.</summary>
    public QubeId Destination { get; }

    /// <summary>Whether it left too much unread, so that it is disconnected.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Sends <c>connection-established</c> and then every message, until the client goes or leaves too much unread.</summary>
    /// <exception cref="ArgumentException">A message is not ASCII: a fault of ours, after which the client must not believe that it heard everything.</exception>
    public async Task RunAsync(IEventStreamConnection connection)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(connection.Disconnected, ended.Token);
        using var sending = new ReplyWriter();
        try
        {
            await connection.SendAsync(EventEncoder.ConnectionEstablished, either.Token);
            while (await queue.Reader.WaitToReadAsync(either.Token))
            {
                Collect(sending);
                await connection.SendAsync(sending.Written, either.Token);
                sending.Dispose(); // an idle subscriber holds no buffer
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The client has gone or is made to go.
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        hub.Remove(this);
        if (HasOverflowed)
        {
            EventLog.Overflowed(hub.Logger, Destination.ToString(), hub.Options.QueueMessages, hub.Options.QueueBytes);
        }
    }

    /// <summary>Queues a message without ever waiting; false when the subscriber has left too much unread and is disconnected.</summary>
    internal bool TryOffer(EventMessage message)
    {
        if (Interlocked.Add(ref queuedBytes, message.SizeBytes) <= hub.Options.QueueBytes && queue.Writer.TryWrite(message))
        {
            return true;
        }

        HasOverflowed = true;
        _ = ended.CancelAsync(); // on another thread: the writer must not run what waits for it
        return false;
    }

    private void Collect(ReplyWriter sending)
    {
        while (sending.Written.Length < SendBytes && queue.Reader.TryRead(out var message))
        {
            Interlocked.Add(ref queuedBytes, -message.SizeBytes);
            if (isVisible is null || isVisible(message.Moment, message.Announcement))
            {
                sending.Append(message.Bytes());
            }
        }
    }
}
