using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>One connection: reads a request until the client closes its sending side, has it handled, and sends the reply.</summary>
internal sealed class Connection(AdminSocketServer server, Socket socket) : ServedConnection, IRequestConnection, IDisposable
{
    // A request is about 60 bytes; an idle client holds no more than this.
    private const int InitialBytes = 512;
    private const int GrowthFactor = 8;
    private const int Reading = 0;
    private const int Handling = 1;
    private const int Stopped = 2;

    // Takes the byte beyond the limit; nobody reads it.
    private static readonly byte[] Excess = new byte[1];

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private EventStream? stream;
    private int state;

    public Peer GetPeer() => PeerProcess.Of(socket);

    public IEventStreamConnection OpenStream()
    {
        if (stream is not null)
        {
            throw new InvalidOperationException("The connection is a stream already");
        }

        stream = new EventStream(socket);
        if (server.IsStopping)
        {
            stream.Disconnect();
        }

        return stream;
    }

    internal override async Task ServeAsync()
    {
        using var reply = new ReplyWriter();
        try
        {
            var length = await ReceiveAsync();
            if (length >= 0 && Interlocked.CompareExchange(ref state, Handling, Reading) == Reading && Parse(length) is { } request)
            {
                await AnswerAsync(request, reply);
                for (var rest = reply.Written; !rest.IsEmpty;)
                {
                    rest = rest[await socket.SendAsync(rest, SocketFlags.None)..];
                }
            }
        }
        catch (Exception hangUp) when (hangUp is SocketException or ObjectDisposedException)
        {
            // A client may go at any time.
        }
        catch (Exception fault)
        {
            SocketLog.ConnectionFault(server.Logger, fault);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Closes the connection; only <see cref="ServeAsync"/> does, at its end.</summary>
    public void Dispose()
    {
        stream?.Dispose();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
        server.Leave(this);
    }

    /// <summary>Ends what need not be waited for when the server stops: a request that is not complete, a stream.</summary>
    internal override void Stop()
    {
        if (Interlocked.CompareExchange(ref state, Stopped, Reading) == Reading)
        {
            socket.Dispose();
        }

        stream?.Disconnect();
    }

    internal override void CutOff()
    {
        Stop();
        socket.Dispose();
    }

    private async ValueTask<int> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            if (length == buffer.Length && length < RequestFrame.MaxBytes)
            {
                Grow();
            }

            var room = length < RequestFrame.MaxBytes ? buffer.AsMemory(length, Math.Min(buffer.Length, RequestFrame.MaxBytes) - length) : Excess;
            var count = await socket.ReceiveAsync(room, SocketFlags.None);
            if (count == 0)
            {
                return length;
            }

            length += count;
            if (length > RequestFrame.MaxBytes)
            {
                SocketLog.RequestTooLong(server.Logger);
                return -1;
            }
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * GrowthFactor, RequestFrame.MaxBytes));
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private Request? Parse(int length)
    {
        switch (RequestFrame.Parse(buffer.AsSpan(0, length), out var frame))
        {
            case FrameStatus.Ok:
                return ToRequest(frame, buffer.AsMemory(frame.PayloadStart, frame.Payload.Length));
            case FrameStatus.NotAscii:
                SocketLog.HeaderNotAscii(server.Logger);
                return null;
            case FrameStatus.TooLong:
                SocketLog.RequestTooLong(server.Logger);
                return null;
            default:
                SocketLog.FramingError(server.Logger);
                return null;
        }
    }

    private Request ToRequest(RequestFrame frame, ReadOnlyMemory<byte> untrustedPayload)
    {
        var entry = FindMethod(frame.Method);
        return new Request(this)
        {
            Socket = server.Kind,
            Entry = entry,
            Method = entry?.Name ?? Encoding.ASCII.GetString(frame.Method),
            Argument = Encoding.ASCII.GetString(frame.Argument),
            Source = NameOf(frame.Source),
            DestinationType = frame.IsKeyword ? "keyword" : "name",
            Destination = frame.IsKeyword ? "dom0" : NameOf(frame.Destination),
            UntrustedPayload = untrustedPayload,
        };
    }

    private AdminMethod? FindMethod(ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[64];
        return name.Length <= characters.Length
            ? MethodTable.Find(server.Kind, characters[..Encoding.ASCII.GetChars(name, characters)])
            : MethodTable.Find(server.Kind, Encoding.ASCII.GetString(name));
    }

    private static string NameOf(ReadOnlySpan<byte> name) => name.SequenceEqual("dom0"u8) ? "dom0" : Encoding.ASCII.GetString(name);

    private async ValueTask AnswerAsync(Request request, ReplyWriter reply)
    {
        try
        {
            await server.Handler.HandleAsync(request, reply, server.Disconnected);
        }
        catch (DomainException refusal) when (ErrorTable.TryWrite(reply, refusal, server.Options.Debug ? refusal.ToString() : ""))
        {
            Report(request, refusal);
        }
        catch (OperationCanceledException) when (stream is { Disconnected.IsCancellationRequested: true } || server.Disconnected.IsCancellationRequested)
        {
            reply.Clear();
        }
        catch (Exception fault)
        {
            // A fault of ours is nobody's business but the log's; the client sees the connection close.
            reply.Clear();
            SocketLog.Fault(
                server.Logger, fault, SocketLog.Printable(request.Method), SocketLog.Printable(request.Argument), SocketLog.Printable(request.Source),
                SocketLog.Printable(request.Destination), request.UntrustedPayload.Length);
        }
    }

    private void Report(Request request, DomainException refusal)
    {
        var method = SocketLog.Printable(request.Method);
        var argument = SocketLog.Printable(request.Argument);
        var source = SocketLog.Printable(request.Source);
        var destination = SocketLog.Printable(request.Destination);
        if (ErrorTable.Find(refusal.GetType()) is { Family: not WireErrorFamily.Refusal } row)
        {
            SocketLog.FailedCall(
                server.Logger, method, argument, source, destination, request.UntrustedPayload.Length, SocketLog.Printable($"{row.ClassName}: {refusal.Message}"));
        }
        else if (server.Options.Debug)
        {
            SocketLog.RefusedCall(server.Logger, refusal, method, argument, source, destination);
        }
    }
}
