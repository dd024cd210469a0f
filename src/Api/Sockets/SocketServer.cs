using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>Accepts the connections on one UNIX socket, as many at a time as it has room for, and knows those that are open.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly ListeningSocket listener;
    private readonly string path;
    private readonly SocketServerOptions options;
    private readonly ILogger logger;
    private readonly Func<SocketServer, Socket, ServedConnection> serve;
    private readonly ConnectionSet connections = new();
    private readonly CancellationTokenSource disconnected = new();
    private readonly List<Task> loops = [];
    private readonly SemaphoreSlim room;
    private int isWaiting;
    private volatile bool isStopping;

    private SocketServer(
        ListeningSocket listener, string path, SocketServerOptions options, ILogger logger, Func<SocketServer, Socket, ServedConnection> serve)
    {
        this.listener = listener;
        this.path = path;
        this.options = options;
        this.logger = logger;
        this.serve = serve;
        Disconnected = disconnected.Token;
        room = new SemaphoreSlim(options.MaxConnections);
    }

    /// <summary>The number of connections that are open.</summary>
    internal int OpenConnections => connections.Count;

    /// <summary>Triggered when calls took longer than the stop allows.</summary>
    internal CancellationToken Disconnected { get; }

    /// <summary>How a connection is taken, for tests of what cannot be provoked.</summary>
    internal Func<Socket, Task<Socket>> Accept { get; set; } = listener => listener.AcceptAsync();

    internal bool IsStopping => isStopping;

    /// <summary>Creates the socket; clients can connect, and wait until <see cref="Start"/>.</summary>
    /// <param name="path">Where, on disk.</param>
    /// <param name="options">Who may connect, and how many.</param>
    /// <param name="logger">Where to tell.</param>
    /// <param name="serve">Makes the connection of a client; when it ends, it calls <see cref="Leave"/>.</param>
    /// <exception cref="SocketExistsException">The path is in use.</exception>
    internal static SocketServer Listen(
        string path, SocketServerOptions options, ILogger logger, Func<SocketServer, Socket, ServedConnection> serve)
    {
        var listener = ListeningSocket.Open(path, options.Group, options.Mode);
        SocketLog.Listening(logger, path);
        return new SocketServer(listener, path, options, logger, serve);
    }

    /// <summary>Begins to accept connections.</summary>
    internal void Start()
    {
        for (var loop = 0; loop < options.AcceptLoops; loop++)
        {
            loops.Add(Task.Run(AcceptAsync));
        }
    }

    /// <summary>Stops accepting, removes the socket, ends streams and incomplete requests, and lets running calls finish within the bound.</summary>
    internal async Task StopAsync(TimeSpan bound)
    {
        isStopping = true;
        listener.Dispose();
        room.Release(options.AcceptLoops);
        await Task.WhenAll(loops);
        foreach (var connection in connections.ToList())
        {
            connection.Stop();
        }

        try
        {
            await connections.WhenEmptyAsync().WaitAsync(bound, options.Clock);
        }
        catch (TimeoutException)
        {
            var late = connections.ToList();
            SocketLog.CutOff(logger, late.Count, path);
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
    internal void Leave(ServedConnection connection)
    {
        connections.Remove(connection);
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
                var connection = serve(this, socket);
                connections.Add(connection);
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
                await Task.Delay(options.ExhaustionPause, options.Clock);
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

        LogWaiting($"{options.MaxConnections} are open");
        await room.WaitAsync();
    }

    // Said once for each time that it begins.
    private void LogWaiting(string reason)
    {
        if (Interlocked.Exchange(ref isWaiting, 1) == 0)
        {
            SocketLog.CannotAccept(logger, path, reason);
        }
    }
}
