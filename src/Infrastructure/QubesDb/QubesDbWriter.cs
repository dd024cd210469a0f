using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Writes the databases of this host's qubes, each through its own daemon, and the older keys in xenstore.</summary>
/// <remarks>Source: spec, qubesdb.md; lifecycle.md 3, steps 14 and 18 to 20.</remarks>
public sealed class QubesDbWriter : IQubeDatabases, IDatabaseSink, IAsyncDisposable
{
    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(20);

    private readonly RootedPaths paths;
    private readonly QubesDbFollower keys;
    private readonly QubesDbOptions options;
    private readonly ILogger logger;
    private readonly QubesDbDaemon daemon;
    private readonly XenstoreWriter? xenstore;
    private readonly DatabaseNotices notices = new();
    private readonly ConcurrentDictionary<QubeId, QubesDbChannel> channels = new();

    /// <summary>Begins without any connection; the keys' changes come here from now on.</summary>
    /// <param name="paths">Where sockets and programs lie.</param>
    /// <param name="keys">What is to be written.</param>
    /// <param name="xenstore">Writes xenstore as well; null leaves it out.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="logger">Where faults are told.</param>
    public QubesDbWriter(RootedPaths paths, QubesDbFollower keys, XenstoreWriter? xenstore, QubesDbOptions options, ILogger logger)
    {
        (this.paths, this.keys, this.xenstore, this.options, this.logger) = (paths, keys, xenstore, options, logger);
        daemon = new QubesDbDaemon(paths, options.Start);
        keys.Sink = this;
    }

    /// <summary>What happens to the keys that are watched.</summary>
    public IDatabaseNotices Notices => notices;

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(QubeId qube, Run run, CancellationToken ct)
    {
        if (xenstore is not null && run.Xid > 0)
        {
            await xenstore.PrepareAsync(qube, run.Xid, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(QubeId qube, Run run, CancellationToken ct)
    {
        var name = keys.Current.Find(qube)?.Name ?? throw NotConnected();
        await CloseAsync(qube, ct).ConfigureAwait(false);
        if (!daemon.IsRunning(name, run.Xid))
        {
            await daemon.StartAsync(name, run.Xid, ct).ConfigureAwait(false);
        }

        channels[qube] = NewChannel(qube, name, await ConnectAsync(name, ct).ConfigureAwait(false));
    }

    /// <summary>Connects to dom0's database, which somebody else starts, and watches it; false when it is not there.</summary>
    public async ValueTask<bool> OpenDom0Async(CancellationToken ct)
    {
        try
        {
            var socket = await QubesDbEndpoint.ConnectAsync(paths, "dom0", canWrite: true, ct).ConfigureAwait(false);
            await CloseAsync(QubeId.Dom0, ct).ConfigureAwait(false);
            var channel = channels[QubeId.Dom0] = NewChannel(QubeId.Dom0, "dom0", socket);
            await channel.WatchAsync(ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception absent) when (absent is SocketException or IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(QubeId qube, Run run, CancellationToken ct)
    {
        await OnChannelAsync(qube, channel => channel.WriteAsync(ct)).ConfigureAwait(false);
        if (xenstore is not null && run.Xid > 0 && keys.Current.Find(qube) is { } database)
        {
            await xenstore.WriteAsync(qube, run.Xid, XenstoreKeys.Of(database), ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask WatchAsync(QubeId qube, Run run, CancellationToken ct) => OnChannelAsync(qube, channel => channel.WatchAsync(ct));

    /// <inheritdoc/>
    public async ValueTask CloseAsync(QubeId qube, CancellationToken ct)
    {
        if (channels.TryRemove(qube, out var channel))
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Publish(long number, ImmutableArray<DatabaseChange> changes)
    {
        foreach (var change in changes)
        {
            if (channels.TryGetValue(change.Qube, out var channel))
            {
                channel.Post(number, change);
            }
        }

        xenstore?.Publish(changes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var qube in channels.Keys)
        {
            await CloseAsync(qube, CancellationToken.None).ConfigureAwait(false);
        }

        if (xenstore is not null)
        {
            await xenstore.DisposeAsync().ConfigureAwait(false);
        }
    }

    private QubesDbChannel NewChannel(QubeId qube, string name, Socket socket) =>
        new(qube, name, socket, paths, options, () => keys.Now, notices, logger);

    private async ValueTask OnChannelAsync(QubeId qube, Func<QubesDbChannel, Task> action)
    {
        if (!channels.TryGetValue(qube, out var channel))
        {
            throw NotConnected();
        }

        try
        {
            await action(channel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw NotConnected();
        }
    }

    private async Task<Socket> ConnectAsync(string name, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Answer);
        while (true)
        {
            try
            {
                return await QubesDbEndpoint.ConnectAsync(paths, name, canWrite: true, limit.Token).ConfigureAwait(false);
            }
            catch (SocketException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(ConnectPause, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception late) when (late is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                throw NotConnected();
            }
        }
    }

    private static RefusedException NotConnected() => new("qubesdb not connected, VM was killed in the meantime");
}
