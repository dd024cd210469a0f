using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>Asks the running daemon, over the socket of its Admin API, as dom0: one request per connection.</summary>
/// <param name="socketPath">The socket.</param>
/// <remarks>Frames: <c>METHOD[+ARGUMENT] dom0 name DESTINATION NUL payload</c>, then the end; the reply is read until the daemon closes.</remarks>
internal sealed class DaemonClient(string socketPath)
{
    private const string Path = "/run/qubesd.sock";
    private const int MostBytes = 64 * 1024;
    private const int ReceiveBytes = 16 * 1024;

    /// <summary>The client of the daemon that was started with <c>--root</c>; null for the system's own.</summary>
    internal static DaemonClient Of(string? root) => new(new RootedPaths(root).OnDisk(Path));

    /// <summary>Calls a method and gives what it answers.</summary>
    /// <param name="method">Such as <c>qubes.cqrs.State</c>.</param>
    /// <param name="argument">What stands after the <c>+</c>; empty for none.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="ct">Ends the waiting; what the daemon has begun it finishes.</param>
    /// <param name="destination">The qube it is about.</param>
    /// <exception cref="HistoryException">No daemon runs, it refused (the text says why), or it gave no answer.</exception>
    internal async Task<byte[]> CallAsync(
        string method, string argument, ReadOnlyMemory<byte> payload, CancellationToken ct, string destination = "dom0")
    {
        var reply = await SendAsync(Frame(method, argument, destination, payload.Span), ct).ConfigureAwait(false);
        return reply switch
        {
            [(byte)'0', 0, ..] => reply[2..],
            [(byte)'2', 0, ..] => throw new HistoryException(Refusal(reply)),
            _ => throw new HistoryException($"the daemon gave no answer to {method}: its own log says why"),
        };
    }

    /// <summary>Calls a method that only reads and that not every daemon has; null when none runs, it does not know the method, or cannot do it now.</summary>
    /// <remarks>Waits on the calling thread: what asynchronous calls need has to be compiled at each start, and takes longer than the daemon.</remarks>
    /// <exception cref="HistoryException">What was asked for makes no sense: the text says why.</exception>
    internal byte[]? TryCall(string method, ReadOnlySpan<byte> payload, CancellationToken ct)
    {
        if (Head(method, "", "dom0").Length + payload.Length > MostBytes || !File.Exists(socketPath))
        {
            return null;
        }

        return Exchange(Frame(method, "", "dom0", payload), ct) switch
        {
            [(byte)'0', 0, .. var content] => content,
            [(byte)'2', 0, ..] reply when reply.AsSpan(2).StartsWith("QubesValueError\0"u8) => throw new HistoryException(Refusal(reply)),
            _ => null,
        };
    }

    private static byte[] Frame(string method, string argument, string destination, ReadOnlySpan<byte> payload)
    {
        var header = Head(method, argument, destination);
        if (!Ascii.IsValid(header) || header.IndexOf('\0', StringComparison.Ordinal) != header.Length - 1)
        {
            throw new HistoryException("names, and what else stands in the head of a request, are plain ASCII");
        }

        if (header.Length + payload.Length > MostBytes)
        {
            throw new HistoryException($"that is too much for one request: {header.Length + payload.Length} bytes, and the daemon takes {MostBytes}");
        }

        return [.. Encoding.ASCII.GetBytes(header), .. payload];
    }

    private static string Head(string method, string argument, string destination) => $"{method}{(argument.Length == 0 ? "" : "+" + argument)} dom0 name {destination}\0";

    private byte[] Exchange(byte[] frame, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var ending = ct.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket); // given with it
        using var received = new MemoryStream();
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            for (var sent = 0; sent < frame.Length; sent += socket.Send(frame.AsSpan(sent)))
            {
            }

            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[ReceiveBytes];
            for (var count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
            {
                received.Write(buffer, 0, count);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            ct.ThrowIfCancellationRequested(); // else it hung up: what it said before that is the answer
        }

        return received.ToArray();
    }

    private async Task<byte[]> SendAsync(byte[] frame, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct).ConfigureAwait(false);
        }
        catch (SocketException refused)
        {
            throw new HistoryException(refused.SocketErrorCode == SocketError.AccessDenied
                ? $"the daemon may not be called from this account: {socketPath} is for root and the group qubes"
                : "the daemon is not running: start qubesd, then try again");
        }

        using var received = new MemoryStream();
        try
        {
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(frame, ct).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(received, ct).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It hung up: what it said before that is the answer.
        }

        return received.ToArray();
    }

    // 2 NUL class NUL traceback NUL text NUL
    private static string Refusal(byte[] reply)
    {
        var fields = Encoding.UTF8.GetString(reply).Split('\0');
        var text = fields.Length > 3 ? fields[3] : "";
        return text.Length > 0 ? text : fields.Length > 1 ? fields[1] : "refused without a reason";
    }
}
