using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Writes the older configuration channel; where there is no xenstore, nothing.</summary>
/// <param name="paths">Where its socket lies.</param>
/// <param name="current">The newest world.</param>
/// <param name="canPlugMemory">Whether a qube can be given memory while it runs.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <param name="logger">Where faults are told: none of them stops a qube.</param>
/// <remarks>Source: spec, qubesdb.md 6.</remarks>
public sealed class XenstoreWriter(
    RootedPaths paths, Func<World> current, Func<World, Qube, bool> canPlugMemory, TimeSpan timeout, ILogger logger) : IAsyncDisposable
{
    private const string SocketPath = "/run/xenstored/socket";
    private const int MostWaiting = 4096;

    private readonly Channel<DatabaseChange> queue = Channel.CreateBounded<DatabaseChange>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ConcurrentDictionary<QubeId, int> domains = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private Task? following;

    /// <summary>Writes what tells of a new domain's memory.</summary>
    public async ValueTask PrepareAsync(QubeId qube, int xid, CancellationToken ct)
    {
        if (current() is var world && world.Find(qube) is { } found)
        {
            await WriteAsync(qube, xid, XenstoreKeys.OfMemory(world, found, canPlugMemory(world, found)), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Writes keys of a domain; later changes of its database follow.</summary>
    public async ValueTask WriteAsync(QubeId qube, int xid, IEnumerable<XenstoreKey> keys, CancellationToken ct)
    {
        domains[qube] = xid;
        await OnConnectionAsync(qube, async client =>
        {
            foreach (var key in keys)
            {
                await WriteAsync(client, qube, xid, key, ct).ConfigureAwait(false);
            }
        },
        ct).ConfigureAwait(false);
    }

    /// <summary>Takes changes of databases; never blocks.</summary>
    public void Publish(ImmutableArray<DatabaseChange> changes)
    {
        foreach (var change in changes)
        {
            if (domains.ContainsKey(change.Qube) && XenstoreKeys.NameOf(change.Path) is not null)
            {
                Follow();
                queue.Writer.TryWrite(change);
            }
        }
    }

    /// <summary>Ends; what waits is left undone.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await (following ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private void Follow()
    {
        lock (gate)
        {
            following ??= Task.Run(FollowAsync);
        }
    }

    private async Task FollowAsync()
    {
        await foreach (var change in queue.Reader.ReadAllAsync(ending.Token).ConfigureAwait(false))
        {
            if (domains.TryGetValue(change.Qube, out var xid) && PowerStates.Active(current(), change.Qube)?.Xid == xid)
            {
                await OnConnectionAsync(change.Qube, client => ApplyAsync(client, xid, change), ending.Token).ConfigureAwait(false);
            }
            else
            {
                domains.TryRemove(change.Qube, out _);
            }
        }
    }

    private async Task ApplyAsync(XenstoreClient client, int xid, DatabaseChange change)
    {
        var name = XenstoreKeys.NameOf(change.Path)!; // those without a name are not taken
        if (change.Value is { } value)
        {
            await WriteAsync(client, change.Qube, xid, XenstoreKeys.Key(name, value), ending.Token).ConfigureAwait(false);
        }
        else
        {
            await client.RemoveAsync(Path(xid, name), ending.Token).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(XenstoreClient client, QubeId qube, int xid, XenstoreKey key, CancellationToken ct)
    {
        try
        {
            await client.WriteAsync(Path(xid, key.Name), key.Value, ct).ConfigureAwait(false);
            if (key.IsOfDomain)
            {
                await client.GiveAsync(Path(xid, key.Name), xid, ct).ConfigureAwait(false);
            }
        }
        catch (XenstoreRefusedException refusal)
        {
            QubesDbLog.XenstoreFailed(logger, qube, refusal.Message);
        }
    }

    // A connection for each set of keys: they are few, and a broken one then harms nothing that comes later.
    private async Task OnConnectionAsync(QubeId qube, Func<XenstoreClient, Task> action, CancellationToken ct)
    {
        if (!File.Exists(paths.OnDisk(SocketPath)))
        {
            return;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var client = default(XenstoreClient);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.OnDisk(SocketPath)), ct).ConfigureAwait(false);
            client = new XenstoreClient(socket, timeout);
            await action(client).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            QubesDbLog.XenstoreFailed(logger, qube, failure.Message);
        }
        finally
        {
            socket.Dispose();
            if (client is not null)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static string Path(int xid, string name) => string.Create(CultureInfo.InvariantCulture, $"/local/domain/{xid}/{name}");
}
