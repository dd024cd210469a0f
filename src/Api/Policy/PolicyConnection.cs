using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>One client of the policy daemon: one request, one answer.</summary>
internal sealed class PolicyConnection(SocketServer server, PolicySocket place, Socket socket, PolicyDesk desk, ILogger logger) : ServedConnection, IDisposable
{
    private const int InitialBytes = 512;
    private const int GrowthFactor = 8;
    private const int MostDrained = 1024 * 1024;
    private const int Reading = 0;
    private const int Answering = 1;
    private const int Stopped = 2;

    private readonly PolicyReader reader = place.MakeReader();
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private EventStream? watched;
    private int state;

    /// <inheritdoc/>
    internal override async Task ServeAsync()
    {
        try
        {
            var inquiry = await ReceiveAsync();
            if (Interlocked.CompareExchange(ref state, Answering, Reading) == Reading && await desk.AnswerAsync(inquiry, WhenGone) is { } answer)
            {
                await SendAsync(Encoding.UTF8.GetBytes(answer + reader.AnswerEnd));
            }

            Drain();
        }
        catch (PolicyProtocolException malformed)
        {
            PolicyLog.Malformed(logger, PolicyLog.Reason(malformed.Message));
            Drain();
        }
        catch (Exception hangUp) when (hangUp is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A client may go at any time, and when the daemon stops it goes.
        }
        catch (Exception fault)
        {
            PolicyLog.Fault(logger, fault);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Closes the connection; only <see cref="ServeAsync"/> does, at its end.</summary>
    public void Dispose()
    {
        watched?.Dispose();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
        server.Leave(this);
    }

    /// <inheritdoc/>
    internal override void Stop()
    {
        if (Interlocked.CompareExchange(ref state, Stopped, Reading) == Reading)
        {
            socket.Dispose();
        }

        watched?.Disconnect();
    }

    /// <inheritdoc/>
    internal override void CutOff()
    {
        Stop();
        socket.Dispose();
    }

    private CancellationToken WhenGone()
    {
        watched = new EventStream(socket);
        if (server.IsStopping)
        {
            watched.Disconnect();
        }

        return watched.Disconnected;
    }

    private async ValueTask<PolicyInquiry> ReceiveAsync()
    {
        using var late = new CancellationTokenSource(place.RequestBound, place.Clock);
        for (var length = 0; ;)
        {
            if (length == buffer.Length)
            {
                Grow();
            }

            var count = await ReceiveAsync(buffer.AsMemory(length), late.Token);
            length += count;
            if (length > reader.MostBytes)
            {
                throw new PolicyProtocolException($"a policy request on {place.Path} was dropped: it is longer than {reader.MostBytes} bytes");
            }

            if (reader.Read(buffer.AsSpan(0, length), isEnd: count == 0) is { } inquiry)
            {
                return inquiry;
            }
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> room, CancellationToken late)
    {
        try
        {
            return await socket.ReceiveAsync(room, SocketFlags.None, late);
        }
        catch (OperationCanceledException)
        {
            throw new PolicyProtocolException($"a policy request on {place.Path} was dropped: it was not complete after {place.RequestBound.TotalSeconds} s");
        }
    }

    // One byte beyond the limit fits, so that too long a request is told from one of just the length.
    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * GrowthFactor, reader.MostBytes + 1));
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> answer)
    {
        while (!answer.IsEmpty)
        {
            answer = answer[await socket.SendAsync(answer, SocketFlags.None, server.Disconnected)..];
        }
    }

    // Closed with something unread, the client would see an error after the answer instead of its end.
    private void Drain()
    {
        socket.Shutdown(SocketShutdown.Send);
        socket.Blocking = false;
        for (var left = MostDrained; left > 0 && socket.Available > 0;)
        {
            left -= socket.Receive(buffer);
        }
    }
}
