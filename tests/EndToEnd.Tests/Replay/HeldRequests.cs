using System.Net.Sockets;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Requests of which a part was sent, by name.</summary>
internal sealed class HeldRequests(DaemonSockets sockets) : IDisposable
{
    private readonly Dictionary<string, (Socket Socket, byte[] Remaining)> held = [];

    /// <summary>Sends the beginning of a request and keeps the connection.</summary>
    public async Task BeginAsync(TranscriptLine line, string name, byte[] request, CancellationToken ct)
    {
        var socket = await sockets.Client(line.Socket).ConnectAsync(ct);
        var count = line.Bytes ?? request.Length;
        for (var part = request.AsMemory(0, count); part.Length > 0;)
            part = part[await socket.SendAsync(part, ct)..];
        held.Add(name, (socket, request[count..]));
    }

    /// <summary>Sends the rest and reads the reply.</summary>
    public async Task<AdminReply> FinishAsync(string name, CancellationToken ct)
    {
        held.Remove(name, out var one);
        using var socket = one.Socket;
        for (var part = one.Remaining.AsMemory(); part.Length > 0;)
            part = part[await socket.SendAsync(part, ct)..];
        socket.Shutdown(SocketShutdown.Send);
        using var received = new MemoryStream();
        await AdminClient.ReadToEndAsync(socket, received, SendOptions.Default, ct);
        return new AdminReply(received.ToArray());
    }

    public void Dispose()
    {
        foreach (var (socket, _) in held.Values)
            socket.Dispose();
    }
}
