using System.Net.Sockets;
using System.Text;
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
            return await MultiReadAsync(qube, prefix, limit.Token).ConfigureAwait(false);
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

    private async Task<IReadOnlyList<QubesDbEntry>?> MultiReadAsync(string qube, string prefix, CancellationToken ct)
    {
        using var socket = await ConnectAsync(qube, ct).ConfigureAwait(false);
        var stream = new NetworkStream(socket);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(QubesDbMessage.MultiRead(prefix), ct).ConfigureAwait(false);
            return await ReadEntriesAsync(stream, prefix, ct).ConfigureAwait(false);
        }
    }

    // The socket that may be written to first, then the other one, as every client does.
    private async Task<Socket> ConnectAsync(string qube, CancellationToken ct)
    {
        try
        {
            return await OpenAsync($"/run/qubes/qubesdb.{qube}.sock", ct).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return await OpenAsync($"/run/qubes/qubesdb.{qube}.ro.sock", ct).ConfigureAwait(false);
        }
    }

    private async Task<Socket> OpenAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.OnDisk(path)), ct).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IReadOnlyList<QubesDbEntry>?> ReadEntriesAsync(NetworkStream stream, string prefix, CancellationToken ct)
    {
        var entries = new SortedDictionary<string, QubesDbEntry>(StringComparer.Ordinal);
        var header = new byte[QubesDbMessage.HeaderBytes];
        while (true)
        {
            await stream.ReadExactlyAsync(header, ct).ConfigureAwait(false);
            if (QubesDbMessage.Parse(header) is not { } message)
            {
                return null;
            }

            var value = new byte[message.ValueBytes];
            await stream.ReadExactlyAsync(value, ct).ConfigureAwait(false);
            if (message.Path.Length == 0 && value.Length == 0)
            {
                return [.. entries.Values];
            }

            if (!message.Path.StartsWith(prefix, StringComparison.Ordinal) || !Ascii.IsValid(message.Path) || entries.Count == IQubesDb.MaxEntries)
            {
                return null;
            }

            entries[message.Path] = new QubesDbEntry(message.Path, value);
        }
    }
}
