using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A server on a socket of its own, with a handler given as a function.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TestFolder folder = new();
    private readonly AdminSocketServer server;

    private TestServer(Func<Request, ReplyWriter, CancellationToken, ValueTask> handle, SocketServerOptions? options = null, Func<Socket, Task<Socket>>? accept = null)
    {
        server = AdminSocketServer.Listen(Path, SocketKind.Admin, new Handler(handle), options ?? new SocketServerOptions(), Log);
        server.Accept = accept ?? server.Accept;
        server.Start();
    }

    internal string Path => folder.File("q.sock");

    internal TestLog Log { get; } = new();

    internal int OpenConnections => server.OpenConnections;

    internal static TestServer Start(
        Action<Request, ReplyWriter> handle, SocketServerOptions? options = null, Func<Socket, Task<Socket>>? accept = null) => new(
        (request, reply, _) =>
        {
            handle(request, reply);
            return ValueTask.CompletedTask;
        },
        options,
        accept);

    internal static TestServer Start(Func<Request, ReplyWriter, CancellationToken, ValueTask> handle) => new(handle);

    /// <summary>Answers with what it understood of the request.</summary>
    internal static TestServer Echo() => Start((request, reply) => reply.Ok(
        $"{request.Method}|{request.Argument}|{request.Source}|{request.DestinationType}|{request.Destination}|{System.Text.Encoding.Latin1.GetString(request.UntrustedPayload.Span)}"));

    internal Task StopAsync(TimeSpan bound) => server.StopAsync(bound);

    internal async Task WhenIdleAsync()
    {
        while (OpenConnections > 0)
        {
            await Task.Delay(5, Client.Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    private sealed class Handler(Func<Request, ReplyWriter, CancellationToken, ValueTask> handle) : IRequestHandler
    {
        public ValueTask HandleAsync(Request request, ReplyWriter reply, CancellationToken disconnected) => handle(request, reply, disconnected);
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class TestLog : ILogger
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
        }
    }
}
