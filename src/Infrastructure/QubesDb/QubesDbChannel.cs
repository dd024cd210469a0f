using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps one database as the view has it: writes everything when told to, then every change in order, and again everything when a
/// connection was lost or too much has piled up.</summary>
internal sealed class QubesDbChannel : IAsyncDisposable
{
    private readonly QubeId qube;
    private readonly string name;
    private readonly RootedPaths paths;
    private readonly QubesDbOptions options;
    private readonly Func<Followed> current;
    private readonly DatabaseNotices notices;
    private readonly ILogger logger;
    private readonly Channel<QubesDbWork> queue;
    private readonly CancellationTokenSource ending = new();
    private readonly Task running;
    private readonly QubesDbRefresh refresh;
    private QubesDbClient? client;
    private bool isWatching;
    private bool isWritten;
    private int hasOverflown;
    private long writtenUpTo;

    /// <summary>Begins to work on a connection.</summary>
    internal QubesDbChannel(
        QubeId qube, string name, Socket socket, RootedPaths paths, QubesDbOptions options, Func<Followed> current, DatabaseNotices notices, ILogger logger)
    {
        (this.qube, this.name, this.paths, this.options, this.current, this.notices, this.logger) = (qube, name, paths, options, current, notices, logger);
        queue = Channel.CreateBounded<QubesDbWork>(new BoundedChannelOptions(options.Queue) { SingleReader = true });
        refresh = new QubesDbRefresh(qube, logger);
        client = Connected(socket);
        running = Task.Run(RunAsync);
    }

    /// <summary>Adds a change; never blocks. When too many wait, everything is written anew instead.</summary>
    internal void Post(long number, DatabaseChange change)
    {
        if (!queue.Writer.TryWrite(new QubesDbWork(QubesDbWorkKind.Change, number, change, null)))
        {
            Volatile.Write(ref hasOverflown, 1);

            // Who works may have emptied the queue before it could see that: a change of no event wakes it and writes nothing.
            queue.Writer.TryWrite(new QubesDbWork(QubesDbWorkKind.Change, 0, change, null));
        }
    }

    /// <summary>Writes everything; returns when it is written.</summary>
    /// <exception cref="IOException">The connection broke; it is made again, and everything is written then.</exception>
    internal Task WriteAsync(CancellationToken ct) => DoAsync(QubesDbWorkKind.WriteAll, ct);

    /// <summary>Begins to watch.</summary>
    /// <exception cref="IOException">The connection broke; it is made again, and the keys are watched then.</exception>
    internal Task WatchAsync(CancellationToken ct) => DoAsync(QubesDbWorkKind.Watch, ct);

    /// <summary>Ends; what waits is left undone.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        queue.Writer.TryComplete();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (queue.Reader.TryRead(out var left))
        {
            left.Done?.TrySetException(new QubesDbProtocolException("the database is closed"));
        }

        await ReleaseAsync().ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task DoAsync(QubesDbWorkKind kind, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await queue.Writer.WriteAsync(new QubesDbWork(kind, default, default, done), ct).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new QubesDbProtocolException("the database is closed");
        }

        try
        {
            await done.Task.WaitAsync(options.Start, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new QubesDbProtocolException("the database was not reached in time");
        }
    }

    private async Task RunAsync()
    {
        var ct = ending.Token;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (client is null)
                {
                    await ReconnectAsync(ct).ConfigureAwait(false);
                }

                await WorkAsync(client!, ct).ConfigureAwait(false); // connected now
            }
            catch (Exception lost) when (lost is IOException or SocketException)
            {
                QubesDbLog.ConnectionLost(logger, name, lost.Message);
                await ReleaseAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // Does what is due, and notices when the daemon hangs up while nothing is.
    private async Task WorkAsync(QubesDbClient connected, CancellationToken ct)
    {
        while (true)
        {
            while (queue.Reader.TryRead(out var work))
            {
                await DoAsync(connected, work, ct).ConfigureAwait(false);
            }

            if (Interlocked.Exchange(ref hasOverflown, 0) == 1)
            {
                QubesDbLog.Overflown(logger, name);
                await WriteAllAsync(connected, ct).ConfigureAwait(false);
                continue;
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
            Task next = queue.Reader.WaitToReadAsync(waiting.Token).AsTask();
            await Task.WhenAny(next, connected.Ended).ConfigureAwait(false);
            if (connected.Ended.IsCompleted)
            {
                await waiting.CancelAsync().ConfigureAwait(false);
                await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new QubesDbProtocolException("its daemon hung up");
            }

            await next.ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }
    }

    private async Task DoAsync(QubesDbClient connected, QubesDbWork work, CancellationToken ct)
    {
        try
        {
            switch (work.Kind)
            {
                case QubesDbWorkKind.Change:
                    if (work.Number > writtenUpTo)
                    {
                        isWritten = true;
                        await refresh.ApplyAsync(connected, work.Change, ct).ConfigureAwait(false);
                    }

                    break;
                case QubesDbWorkKind.WriteAll:
                    isWritten = true;
                    await WriteAllAsync(connected, ct).ConfigureAwait(false);
                    break;
                default:
                    isWatching = true;
                    await WatchAllAsync(connected, ct).ConfigureAwait(false);
                    break;
            }

            work.Done?.TrySetResult();
        }
        catch (Exception reason)
        {
            work.Done?.TrySetException(reason);
            throw;
        }
    }

    private async Task WriteAllAsync(QubesDbClient connected, CancellationToken ct)
    {
        var (state, number) = current();
        if (state.Find(qube) is { } database)
        {
            await refresh.WriteAllAsync(connected, database, ct).ConfigureAwait(false);
        }

        writtenUpTo = number;
    }

    private static async Task WatchAllAsync(QubesDbClient connected, CancellationToken ct)
    {
        foreach (var path in WatchedKeys.All)
        {
            await connected.WatchAsync(path, ct).ConfigureAwait(false);
        }
    }

    // A daemon that was started again knows nothing of what was.
    private async Task ReconnectAsync(CancellationToken ct)
    {
        var pause = options.FirstPause;
        while (client is null)
        {
            await Task.Delay(pause, ct).ConfigureAwait(false);
            pause = pause + pause < options.LongestPause ? pause + pause : options.LongestPause;
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(options.Answer);
                client = Connected(await QubesDbEndpoint.ConnectAsync(paths, name, canWrite: true, limit.Token).ConfigureAwait(false));
            }
            catch (Exception absent) when (absent is SocketException || (absent is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // Not there yet.
            }
        }

        if (isWritten)
        {
            await WriteAllAsync(client, ct).ConfigureAwait(false);
        }

        if (isWatching)
        {
            await WatchAllAsync(client, ct).ConfigureAwait(false);
            foreach (var path in WatchedKeys.All)
            {
                notices.Add(qube, path, path); // what happened meanwhile was told to nobody
            }
        }

        QubesDbLog.Reconnected(logger, name);
    }

    private async ValueTask ReleaseAsync()
    {
        if (client is { } old)
        {
            client = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }
    }

    private QubesDbClient Connected(Socket socket) => new(socket, options.Answer, path =>
    {
        foreach (var watched in WatchedKeys.All.Where(watched => WatchedKeys.Matches(watched, path)))
        {
            notices.Add(qube, path, watched);
        }
    });
}
