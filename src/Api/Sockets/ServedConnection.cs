using System.Buffers;
using System.Net.Sockets;

namespace Qubes.Cqrs.Api;

/// <summary>A connection that a <see cref="SocketServer"/> accepted, from its first byte to its end: one request, one answer.</summary>
internal abstract class ServedConnection(SocketServer server, Socket socket) : IDisposable
{
    // A request is about 60 bytes; an idle client holds no more than this.
    private const int InitialBytes = 512;
    private const int GrowthFactor = 8;
    private const int Reading = 0;
    private const int Answering = 1;
    private const int Stopped = 2;

    private int state;

    internal ServedConnection? Next { get; set; }

    internal ServedConnection? Previous { get; set; }

    /// <summary>The server that accepted it.</summary>
    protected SocketServer Server => server;

    /// <summary>The client's socket.</summary>
    protected Socket Socket => socket;

    /// <summary>What was read, from its beginning.</summary>
    protected byte[] Buffer { get; private set; } = ArrayPool<byte>.Shared.Rent(InitialBytes);

    /// <summary>Tells when the client goes while it is answered; null unless <see cref="OpenEventStream"/> was called.</summary>
    protected EventStream? Stream { get; private set; }

    /// <summary>Serves the connection to its end; never throws.</summary>
    internal async Task ServeAsync()
    {
        try
        {
            await ReadAndAnswerAsync();
        }
        catch (Exception hangUp) when (hangUp is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A client may go at any time, and when the daemon stops it goes.
        }
        catch (Exception fault)
        {
            Report(fault);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Closes the connection; only <see cref="ServeAsync"/> does, at its end.</summary>
    public void Dispose()
    {
        Stream?.Dispose();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(Buffer);
        server.Leave(this);
    }

    /// <summary>Ends what need not be waited for when the server stops: a request that is not complete, a stream.</summary>
    internal void Stop()
    {
        if (Interlocked.CompareExchange(ref state, Stopped, Reading) == Reading)
        {
            socket.Dispose();
        }

        Stream?.Disconnect();
    }

    /// <summary>Cuts the client off, whatever is under way.</summary>
    internal void CutOff()
    {
        Stop();
        socket.Dispose();
    }

    /// <summary>Reads the request and answers it.</summary>
    protected abstract Task ReadAndAnswerAsync();

    /// <summary>Tells of a fault of ours, which the client learns nothing of.</summary>
    protected abstract void Report(Exception fault);

    /// <summary>From here on a server that stops waits for the answer.</summary>
    /// <returns>Whether it may be given; not when the server stopped while the request was read.</returns>
    protected bool BeginAnswer() => Interlocked.CompareExchange(ref state, Answering, Reading) == Reading;

    /// <summary>Begins to watch whether the client goes.</summary>
    /// <exception cref="InvalidOperationException">It is watched already.</exception>
    protected EventStream OpenEventStream()
    {
        if (Stream is not null)
        {
            throw new InvalidOperationException("The connection is a stream already");
        }

        Stream = new EventStream(socket);
        if (server.IsStopping)
        {
            Stream.Disconnect();
        }

        return Stream;
    }

    /// <summary>Makes room for more of the request.</summary>
    /// <param name="mostBytes">More than this is never needed.</param>
    protected void Grow(int mostBytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Buffer.Length * GrowthFactor, mostBytes));
        Buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = larger;
    }

    /// <summary>Sends an answer to its end, as fast as the client reads.</summary>
    protected async ValueTask SendAsync(ReadOnlyMemory<byte> answer)
    {
        while (!answer.IsEmpty)
        {
            answer = answer[await socket.SendAsync(answer, SocketFlags.None, server.Disconnected)..];
        }
    }
}
