using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Benchmarks.Wire;

/// <summary>
/// One client of the Admin API: a new connection per request, buffers kept from one request to the next.
/// </summary>
/// <remarks>Not for use by two callers at once. Framing: spec/wire-protocol.md sections 2 and 3.</remarks>
public sealed class ApiClient(string socketPath)
{
    private const int FrameLimitBytes = 65536;
    private readonly UnixDomainSocketEndPoint endPoint = new(socketPath);
    private readonly byte[] request = new byte[FrameLimitBytes];
    private byte[] reply = new byte[FrameLimitBytes];
    private int replyBytes;

    /// <summary>The bytes of the newest reply, valid until the next request.</summary>
    public ReadOnlySpan<byte> Reply => reply.AsSpan(0, replyBytes);

    /// <summary>True if the newest reply is of kind OK.</summary>
    public bool Succeeded => replyBytes >= 2 && reply[0] == (byte)'0' && reply[1] == 0;

    /// <summary>The newest reply as text for error messages: NUL as a bar, cut after 200 bytes.</summary>
    public string ReplyText =>
        replyBytes == 0 ? "an empty reply" : Encoding.UTF8.GetString(reply, 0, Math.Min(replyBytes, 200)).Replace('\0', '|');

    /// <summary>Sends one request and reads its reply to the end, blocking the calling thread.</summary>
    public void Exchange(FrameWriter frame, long sequence)
    {
        var pending = request.AsSpan(0, frame(request, sequence));
        replyBytes = 0;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(endPoint);
        while (!pending.IsEmpty)
            pending = pending[socket.Send(pending)..];
        socket.Shutdown(SocketShutdown.Send);
        while (socket.Receive(reply.AsSpan(replyBytes)) is var count && count > 0)
            Keep(count);
    }

    /// <summary>Sends one request and reads its reply to the end.</summary>
    public async ValueTask ExchangeAsync(FrameWriter frame, long sequence, CancellationToken ct)
    {
        var pending = request.AsMemory(0, frame(request, sequence));
        replyBytes = 0;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint, ct);
        while (!pending.IsEmpty)
            pending = pending[await socket.SendAsync(pending, ct)..];
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(reply.AsMemory(replyBytes), ct) is var count && count > 0)
            Keep(count);
    }

    /// <summary>Sends one request and returns the content of its reply.</summary>
    /// <exception cref="BenchmarkException">The reply is not of kind OK.</exception>
    public async Task<string> CallAsync(
        string method, string argument, string destination, string payload, CancellationToken ct)
    {
        await ExchangeAsync(RequestFrame.Always(method, argument, destination, payload), 0, ct);
        return Succeeded
            ? Encoding.UTF8.GetString(Reply[2..])
            : throw new BenchmarkException($"{method}+{argument} to {destination} was answered with {ReplyText}");
    }

    private void Keep(int count)
    {
        replyBytes += count;
        if (replyBytes == reply.Length)
            Array.Resize(ref reply, reply.Length * 2);
    }
}
