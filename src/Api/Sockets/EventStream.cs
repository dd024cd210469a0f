using System.Net.Sockets;

namespace Qubes.Cqrs.Api;

/// <summary>A connection while its call sends messages.</summary>
internal sealed class EventStream : IEventStreamConnection, IDisposable
{
    private readonly Socket socket;
    private readonly CancellationTokenSource disconnected = new();
    private readonly IDisposable registration;

    internal EventStream(Socket socket)
    {
        this.socket = socket;
        registration = HangupWatcher.Register(socket.SafeHandle, Disconnect);
    }

    public CancellationToken Disconnected => disconnected.Token;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> messages, CancellationToken ct)
    {
        disconnected.Token.ThrowIfCancellationRequested();
        try
        {
            while (!messages.IsEmpty)
            {
                messages = messages[await socket.SendAsync(messages, SocketFlags.None, ct)..];
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            Disconnect();
            throw new OperationCanceledException("the client is gone", gone, disconnected.Token);
        }
        catch (OperationCanceledException)
        {
            // Part of a message may have left: what follows would not be understood.
            Disconnect();
            throw;
        }
    }

    public void Dispose()
    {
        registration.Dispose();
        disconnected.Dispose();
    }

    internal void Disconnect()
    {
        try
        {
            disconnected.Cancel();
            socket.Dispose(); // a send may be waiting for a client that does not read
        }
        catch (ObjectDisposedException)
        {
            // The hang-up was noticed while the call ended.
        }
    }
}
