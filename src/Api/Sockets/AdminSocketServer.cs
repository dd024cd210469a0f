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
    private int isExhausted;

    private AdminSocketServer(ListeningSocket listener, string path, SocketKind kind, IRequestHandler handler, SocketServerOptions options, ILogger logger)
    {
        this.listener = listener;
        this.path = path;
        Kind = kind;
        Handler = handler;
        Options = options;
        Logger = logger;
        Disconnected = disconnected.Token;
    }

    /// <summary>The number of connections that are open.</summary>
    public int OpenConnections => Connections.Count;

    internal SocketKind Kind { get; }

    internal IRequestHandler Handler { get; }

    internal SocketServerOptions Options { get; }

    internal ILogger Logger { get; }

    internal ConnectionSet Connections { get; } = new();

    internal CancellationToken Disconnected { get; }

    internal bool IsStopping { get; private set; }

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
        IsStopping = true;
        listener.Dispose();
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

    private async Task AcceptAsync()
    {
        while (!IsStopping)
        {
            try
            {
                var connection = new Connection(this, await listener.Socket.AcceptAsync());
                Connections.Add(connection);
                Volatile.Write(ref isExhausted, 0);
                _ = connection.ServeAsync();
            }
            catch (SocketException failure) when (!IsStopping)
            {
                if (failure.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                {
                    await PauseAsync();
                }
            }
            catch (Exception stopped) when (IsStopping && stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    // Whoever waits in the backlog is served when others have left.
    private async Task PauseAsync()
    {
        if (Interlocked.Exchange(ref isExhausted, 1) == 0)
        {
            SocketLog.Exhausted(Logger, path);
        }

        await Task.Delay(Options.ExhaustionPause, Options.Clock);
    }
}
