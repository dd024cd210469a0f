using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>One call of the Admin API: reads a request until the client closes its sending side, has it handled, and sends the reply.</summary>
internal sealed class Connection(AdminSocketServer admin, SocketServer server, Socket socket) : ServedConnection(server, socket), IRequestConnection
{
    // Takes the byte beyond the limit; nobody reads it.
    private static readonly byte[] Excess = new byte[1];

    public Peer GetPeer() => PeerProcess.Of(Socket);

    public IEventStreamConnection OpenStream() => OpenEventStream();

    /// <inheritdoc/>
    protected override async Task ReadAndAnswerAsync()
    {
        using var reply = new ReplyWriter();
        var length = await ReceiveAsync();
        if (length >= 0 && BeginAnswer() && Parse(length) is { } request)
        {
            await AnswerAsync(request, reply);
            await SendAsync(reply.Written);
        }
    }

    /// <inheritdoc/>
    protected override void Report(Exception fault) => SocketLog.ConnectionFault(admin.Logger, fault);

    private async ValueTask<int> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            if (length == Buffer.Length && length < RequestFrame.MaxBytes)
            {
                Grow(RequestFrame.MaxBytes);
            }

            var room = length < RequestFrame.MaxBytes ? Buffer.AsMemory(length, Math.Min(Buffer.Length, RequestFrame.MaxBytes) - length) : Excess;
            var count = await Socket.ReceiveAsync(room, SocketFlags.None);
            if (count == 0)
            {
                return length;
            }

            length += count;
            if (length > RequestFrame.MaxBytes)
            {
                SocketLog.RequestTooLong(admin.Logger);
                return -1;
            }
        }
    }

    private Request? Parse(int length)
    {
        switch (RequestFrame.Parse(Buffer.AsSpan(0, length), out var frame))
        {
            case FrameStatus.Ok:
                return ToRequest(frame, Buffer.AsMemory(frame.PayloadStart, frame.Payload.Length));
            case FrameStatus.NotAscii:
                SocketLog.HeaderNotAscii(admin.Logger);
                return null;
            case FrameStatus.TooLong:
                SocketLog.RequestTooLong(admin.Logger);
                return null;
            default:
                SocketLog.FramingError(admin.Logger);
                return null;
        }
    }

    private Request ToRequest(RequestFrame frame, ReadOnlyMemory<byte> untrustedPayload)
    {
        var entry = FindMethod(frame.Method);
        return new Request(this)
        {
            Socket = admin.Kind,
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
            ? MethodTable.Find(admin.Kind, characters[..Encoding.ASCII.GetChars(name, characters)])
            : MethodTable.Find(admin.Kind, Encoding.ASCII.GetString(name));
    }

    private static string NameOf(ReadOnlySpan<byte> name) => name.SequenceEqual("dom0"u8) ? "dom0" : Encoding.ASCII.GetString(name);

    private async ValueTask AnswerAsync(Request request, ReplyWriter reply)
    {
        try
        {
            await admin.Handler.HandleAsync(request, reply, Server.Disconnected);
        }
        catch (DomainException refusal) when (ErrorTable.TryWrite(reply, refusal, admin.Options.Debug ? refusal.ToString() : ""))
        {
            Report(request, refusal);
        }
        catch (OperationCanceledException) when (Stream is { Disconnected.IsCancellationRequested: true } || Server.Disconnected.IsCancellationRequested)
        {
            reply.Clear();
        }
        catch (Exception fault)
        {
            // A fault of ours is nobody's business but the log's; the client sees the connection close.
            reply.Clear();
            SocketLog.Fault(
                admin.Logger, fault, SocketLog.Printable(request.Method), SocketLog.Printable(request.Argument), SocketLog.Printable(request.Source),
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
                admin.Logger, method, argument, source, destination, request.UntrustedPayload.Length, SocketLog.Printable($"{row.ClassName}: {refusal.Message}"));
        }
        else if (admin.Options.Debug)
        {
            SocketLog.RefusedCall(admin.Logger, refusal, method, argument, source, destination);
        }
    }
}
