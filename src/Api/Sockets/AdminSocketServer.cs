using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>Serves requests on one UNIX socket.</summary>
/// <remarks>Behaviour: spec, wire protocol 1 and 2.</remarks>
public sealed class AdminSocketServer : IAsyncDisposable
{
    private readonly ListeningSocket listener;
    private readonly string path;
    private readonly CancellationTokenSource disconnected = new();
    private readonly List<Task> loops = [];
    private readonly SemaphoreSlim room;
    private int isWaiting;
    private volatile bool isStopping;

    private AdminSocketServer(ListeningSocket listener, string path, SocketKind kind, IRequestHandler handler, SocketServerOptions options, ILogger logger)
    {
        this.listener = listener;
        this.path = path;
        Kind = kind;
        Handler = handler;
        Options = options;
        Logger = logger;
        Disconnected = disconnected.Token;
        room = new SemaphoreSlim(options.MaxConnections);
    }

    /// <summary>The number of connections that are open.</summary>
    public int OpenConnections => Connections.Count;

    internal SocketKind Kind { get; }

    internal IRequestHandler Handler { get; }

    internal SocketServerOptions Options { get; }

    internal ILogger Logger { get; }

    internal ConnectionSet Connections { get; } = new();

    internal CancellationToken Disconnected { get; }

    /// <summary>How a connection is taken, for tests of what cannot be provoked.</summary>
    internal Func<Socket, Task<Socket>> Accept { get; set; } = listener => listener.AcceptAsync();

    internal bool IsStopping => isStopping;

    /// <summary>Creates the socket; clients can connect, and wait until <see cref="Start"/>.</summary>
    /// <exception cref="SocketExistsException">The path is in use.</exception>
    public static AdminSocketServer Listen(string path, SocketKind kind, IRequestHandler handler, SocketServerOptions options, ILogger logger)
    {
        var listener = ListeningSocket.Open(path, options.Group);
        SocketLog.Listening(logger, path);
        return new AdminSocketServer(listener, path, kind, handler, options, logger);
    }

    /// <summary>Begins to accept connections.</summary>
    public void Start()
    {
        for (var loop = 0; loop < Options.AcceptLoops; loop++)
        {
            loops.Add(Task.Run(AcceptAsync));
        }
    }

    /// <summary>Stops accepting, removes the socket, ends streams and incomplete requests, and lets running calls finish within the bound.</summary>
    public async Task StopAsync(TimeSpan bound)
    {
        isStopping = true;
        listener.Dispose();
        room.Release(Options.AcceptLoops);
        await Task.WhenAll(loops);
        foreach (var connection in Connections.ToList())
        {
            connection.Stop();
        }

        try
        {
            await Connections.WhenEmptyAsync().WaitAsync(bound, Options.Clock);
        }
        catch (TimeoutException)
        {
            var late = Connections.ToList();
            SocketLog.CutOff(Logger, late.Count, path);
            await disconnected.CancelAsync();
            foreach (var connection in late)
            {
                connection.CutOff();
            }
        }
    }

    /// <summary>Stops without waiting for anything.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    /// <summary>Tells that a connection is closed.</summary>
    internal void Leave(Connection connection)
    {
        Connections.Remove(connection);
        room.Release();
    }

    private async Task AcceptAsync()
    {
        while (!isStopping)
        {
            try
            {
                var socket = await Accept(listener.Socket);
                await EnterAsync();
                var connection = new Connection(this, socket);
                Connections.Add(connection);
                _ = connection.ServeAsync();
            }
            catch (Exception) when (isStopping)
            {
                return;
            }
            catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // The client went before it was accepted.
            }
            catch (Exception exhausted)
            {
                // No descriptors or no memory: whoever waits in the backlog is served when others have left.
                LogWaiting(exhausted.Message);
                await Task.Delay(Options.ExhaustionPause, Options.Clock);
            }
        }
    }

    private async ValueTask EnterAsync()
    {
        if (room.Wait(0))
        {
            Volatile.Write(ref isWaiting, 0);
            return;
        }

        LogWaiting($"{Options.MaxConnections} are open");
        await room.WaitAsync();
    }

    // Said once for each time that it begins.
    private void LogWaiting(string reason)
    {
        if (Interlocked.Exchange(ref isWaiting, 1) == 0)
        {
            SocketLog.CannotAccept(Logger, path, reason);
        }
    }
}
