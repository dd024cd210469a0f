using System.Diagnostics;
using System.Net.Sockets;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Sends requests to one socket of the daemon, each on a connection of its own.</summary>
internal sealed class AdminClient(string socketPath)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    public string SocketPath => socketPath;

    /// <summary>Calls a method with text as its payload.</summary>
    public Task<AdminReply> CallAsync(
        string method, string arg, string destination, string payload, CancellationToken ct, string source = "dom0") =>
        SendAsync(
            new AdminRequest(method) { Arg = arg, Destination = destination, Source = source, Payload = AdminRequest.Bytes(payload) }.ToBytes(),
            ct);

    /// <summary>As <see cref="CallAsync"/>, and fails the test unless the answer is OK.</summary>
    public async Task<string> MustAsync(
        string method, string arg, string destination, string payload, CancellationToken ct, string source = "dom0")
    {
        var reply = await CallAsync(method, arg, destination, payload, ct, source);
        if (!reply.IsOk)
            Assert.Fail($"{method}+{arg} from {source} to {destination} was answered with {reply}");
        return reply.Content;
    }

    /// <summary>Sends the bytes of a request and reads all that comes back until the daemon closes.</summary>
    /// <exception cref="SocketException">There is nobody to connect to.</exception>
    public async Task<AdminReply> SendAsync(ReadOnlyMemory<byte> request, CancellationToken ct, SendOptions? options = null)
    {
        options ??= SendOptions.Default;
        using var socket = await ConnectAsync(ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Timeout);
        using var received = new MemoryStream();
        try
        {
            await WriteAsync(socket, request, options, limit.Token);
            await ReadToEndAsync(socket, received, options, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new AdminReply(received.ToArray(), timedOut: true);
        }

        return new AdminReply(received.ToArray());
    }

    /// <summary>Opens a connection; waits while the daemon's backlog is full, as a blocking client would.</summary>
    /// <exception cref="SocketException">There is nobody to connect to.</exception>
    public async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct);
                return socket;
            }
            catch (SocketException full) when (IsBacklogFull(full) && watch.Elapsed < ConnectLimit)
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(2), ct);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>Reads until the other side closes; a connection that it breaks ends the reading as well.</summary>
    public static async Task ReadToEndAsync(Socket socket, MemoryStream received, SendOptions options, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, ct) is > 0 and var count)
            {
                received.Write(buffer, 0, count);
                if (options.HangUpOnEvent && received.GetBuffer()[0] == (byte)'1' && EventFrames.CountWhole(received.ToArray()) > 0)
                    return;
            }
        }
        catch (SocketException reset) when (IsHangUp(reset))
        {
        }
    }

    private static async Task WriteAsync(Socket socket, ReadOnlyMemory<byte> request, SendOptions options, CancellationToken ct)
    {
        try
        {
            var piece = options.PieceSize > 0 ? options.PieceSize : Math.Max(1, request.Length);
            for (var sent = 0; sent < request.Length; sent += piece)
            {
                var part = request.Slice(sent, Math.Min(piece, request.Length - sent));
                while (part.Length > 0)
                    part = part[await socket.SendAsync(part, ct)..];
                if (options.PiecePause > TimeSpan.Zero)
                    await Task.Delay(options.PiecePause, ct);
            }

            if (options.HalfClose)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException gone) when (IsHangUp(gone))
        {
            // An oversize request is refused by closing while we still send: what it answered is still to be read.
        }
    }

    private static bool IsHangUp(SocketException e) =>
        e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted or SocketError.NotConnected;

    private static bool IsBacklogFull(SocketException e) =>
        e.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain or SocketError.IOPending;
}
