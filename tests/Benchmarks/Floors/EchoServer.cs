using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;

namespace Qubes.Cqrs.Benchmarks.Floors;

/// <summary>
/// The least that a server of this protocol can do: accept, read to the end of the request, reply <c>0 NUL</c> and some bytes, close.
/// </summary>
/// <remarks>A request that starts with <c>reply-bytes </c> and a number sets the size of the replies from then on.</remarks>
public sealed class EchoServer : IDisposable
{
    private const int FrameLimitBytes = 65536;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private byte[] reply = [(byte)'0', 0];

    /// <summary>Listens on the socket; a file of that name must not exist.</summary>
    public EchoServer(string socketPath)
    {
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen(4096);
    }

    /// <summary>The start of the request that sets the size of the replies.</summary>
    public static ReadOnlySpan<byte> ResizeRequest => "reply-bytes "u8;

    /// <summary>Serves until cancelled.</summary>
    public async Task ServeAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var connection = await listener.AcceptAsync(ct);
            _ = AnswerAsync(connection, ct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private async Task AnswerAsync(Socket connection, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FrameLimitBytes);
        try
        {
            var length = 0;
            while (length < FrameLimitBytes
                && await connection.ReceiveAsync(buffer.AsMemory(length, FrameLimitBytes - length), ct) is var count && count > 0)
            {
                length += count;
            }
            if (buffer.AsSpan(0, length).StartsWith(ResizeRequest))
                Resize(buffer.AsSpan(ResizeRequest.Length, length - ResizeRequest.Length));
            var pending = reply.AsMemory();
            while (!pending.IsEmpty)
                pending = pending[await connection.SendAsync(pending, ct)..];
            connection.Shutdown(SocketShutdown.Both);
        }
        catch (Exception hangUp) when (hangUp is SocketException or OperationCanceledException)
        {
            // The client is gone or we are: nobody is left to answer.
        }
        finally
        {
            connection.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Resize(ReadOnlySpan<byte> number)
    {
        if (!Utf8Parser.TryParse(number, out int bytes, out _) || bytes is < 2 or > 1 << 26)
            return;
        var resized = new byte[bytes];
        resized.AsSpan().Fill((byte)'.');
        resized[0] = (byte)'0';
        resized[1] = 0;
        reply = resized;
    }
}
