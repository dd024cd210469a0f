using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>Serves requests on one UNIX socket.</summary>
/// <remarks>Behaviour: spec, wire protocol 1 and 2.</remarks>
public sealed class AdminSocketServer : IAsyncDisposable
{
    private readonly SocketServer server;

    private AdminSocketServer(string path, SocketKind kind, IRequestHandler handler, SocketServerOptions options, ILogger logger)
    {
        Kind = kind;
        Handler = handler;
        Options = options;
        Logger = logger;
        server = SocketServer.Listen(path, options, logger, (server, socket) => new Connection(this, server, socket));
    }

    /// <summary>The number of connections that are open.</summary>
    public int OpenConnections => server.OpenConnections;

    internal SocketKind Kind { get; }

    internal IRequestHandler Handler { get; }

    internal SocketServerOptions Options { get; }

    internal ILogger Logger { get; }

    /// <summary>How a connection is taken, for tests of what cannot be provoked.</summary>
    internal Func<Socket, Task<Socket>> Accept
    {
        get => server.Accept;
        set => server.Accept = value;
    }

    /// <summary>Creates the socket; clients can connect, and wait until <see cref="Start"/>.</summary>
    /// <exception cref="SocketExistsException">The path is in use.</exception>
    public static AdminSocketServer Listen(string path, SocketKind kind, IRequestHandler handler, SocketServerOptions options, ILogger logger) =>
        new(path, kind, handler, options, logger);

    /// <summary>Begins to accept connections.</summary>
    public void Start() => server.Start();

    /// <summary>Stops accepting, removes the socket, ends streams and incomplete requests, and lets running calls finish within the bound.</summary>
    public Task StopAsync(TimeSpan bound) => server.StopAsync(bound);

    /// <summary>Stops without waiting for anything.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();
}
