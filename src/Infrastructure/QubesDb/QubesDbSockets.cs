using System.Net.Sockets;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The databases of this host, each behind the socket of its own daemon.</summary>
/// <param name="paths">Where the sockets lie.</param>
/// <param name="timeout">How long a read may take; a database that does not answer in time counts as not available.</param>
/// <remarks>Source: spec, qubesdb.md, 8.</remarks>
public sealed class QubesDbSockets(RootedPaths paths, TimeSpan timeout) : IQubesDb
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<QubesDbEntry>?> ReadAsync(string qube, string prefix, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            var socket = await QubesDbEndpoint.ConnectAsync(paths, qube, canWrite: false, limit.Token).ConfigureAwait(false);
            await using var client = new QubesDbClient(socket, timeout, _ => { });
            var entries = new SortedDictionary<string, QubesDbEntry>(StringComparer.Ordinal);
            foreach (var entry in await client.MultiReadAsync(prefix, IQubesDb.MaxEntries, limit.Token).ConfigureAwait(false))
            {
                entries[entry.UntrustedPath] = entry;
            }

            return [.. entries.Values];
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            return null;
        }
    }
}
