using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A client of the sockets, one step at a time.</summary>
internal sealed class Client : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static async Task<Client> ConnectAsync(string path)
    {
        var client = new Client();
        await client.socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Ct);
        return client;
    }

    /// <summary>Sends a whole request and returns the whole reply, Latin-1.</summary>
    internal static async Task<string> CallAsync(string path, byte[] request)
    {
        using var client = await ConnectAsync(path);
        await client.SendAsync(request);
        client.CloseSending();
        return await client.ReadToEndAsync();
    }

    internal static Task<string> CallAsync(string path, string call, string source = "dom0", string destination = "dom0", string payload = "") =>
        CallAsync(path, Frames.Of(call, source, destination, payload));

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await socket.SendAsync(bytes, SocketFlags.None, Ct);
        }
        catch (SocketException dropped) when (dropped.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // The daemon dropped the connection: reading shows nothing.
        }
    }

    internal void CloseSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException dropped) when (dropped.SocketErrorCode == SocketError.NotConnected)
        {
            // As above.
        }
    }

    /// <summary>Reads until the end; a reset ends like a close.</summary>
    internal async Task<string> ReadToEndAsync()
    {
        var reply = new StringBuilder();
        while (await ReadAsync() is { Length: > 0 } part)
        {
            reply.Append(part);
        }

        return reply.ToString();
    }

    internal async Task<string> ReadAsync()
    {
        var buffer = new byte[4096];
        try
        {
            return Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, Ct));
        }
        catch (SocketException dropped) when (dropped.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "";
        }
    }

    /// <summary>Reads until the text has arrived.</summary>
    internal async Task<string> ReadUntilAsync(string end)
    {
        var reply = new StringBuilder();
        while (!reply.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var part = await ReadAsync();
            reply.Append(part.Length > 0 ? part : throw new InvalidOperationException($"closed after: {reply}"));
        }

        return reply.ToString();
    }

    public void Dispose() => socket.Dispose();
}
