using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A connection to the daemon of one database. After a fault or a wait that was too long it is of no use any more.</summary>
/// <remarks>Whatever comes back is hostile: bounded in size, number and time. Notices of watched keys may stand between the messages of an answer.
/// Source: spec, qubesdb.md 8.</remarks>
internal sealed class QubesDbClient : IAsyncDisposable
{
    // More answers than that are never due at once: who sends more waits until these are read.
    private const int MostAhead = 16;

    private readonly NetworkStream stream;
    private readonly TimeSpan timeout;
    private readonly Action<string> changed;
    private readonly Channel<(QubesDbMessage Header, byte[] Value)> answers =
        Channel.CreateBounded<(QubesDbMessage, byte[])>(new BoundedChannelOptions(MostAhead) { SingleReader = true, SingleWriter = true });

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource ending = new();
    private readonly Task receiving;
    private bool isBroken;

    /// <summary>Speaks over a connected socket.</summary>
    /// <param name="socket">The socket, which it closes in the end.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <param name="changed">Told of each notice with the untrusted path; must not block.</param>
    internal QubesDbClient(Socket socket, TimeSpan timeout, Action<string> changed)
    {
        (this.timeout, this.changed) = (timeout, changed);
        stream = new NetworkStream(socket, ownsSocket: true);
        receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>Completes when the daemon has hung up, or said what it cannot say.</summary>
    internal Task Ended => receiving;

    /// <summary>Reads a value; null when there is none.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task<byte[]?> ReadAsync(string path, CancellationToken ct) => await AskAsync(
        QubesDbMessageType.Read, path, default, async limit => await NextAsync(path, limit).ConfigureAwait(false) switch
        {
            ({ Type: QubesDbMessageType.Value }, var value) => value,
            ({ Type: QubesDbMessageType.NoEntry }, _) => null,
            var other => throw Unexpected(other.Header),
        },
        ct).ConfigureAwait(false);

    /// <summary>Writes a key; false when the daemon refuses it.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal Task<bool> WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken ct) => DoAsync(QubesDbMessageType.Write, path, value, ct);

    /// <summary>Removes a key, or all below a folder that ends with a slash; false when there was nothing, or it was refused.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal Task<bool> RemoveAsync(string path, CancellationToken ct) => DoAsync(QubesDbMessageType.Remove, path, default, ct);

    /// <summary>Watches a key, or all below a folder that ends with a slash.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal Task<bool> WatchAsync(string path, CancellationToken ct) => DoAsync(QubesDbMessageType.Watch, path, default, ct);

    /// <summary>Reads the keys that begin with a prefix.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="most">More than that break the connection.</param>
    /// <param name="ct">Ends the waiting, and the connection.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    internal Task<List<QubesDbEntry>> MultiReadAsync(string prefix, int most, CancellationToken ct) =>
        SeriesAsync(QubesDbMessageType.MultiRead, QubesDbMessageType.Entry, prefix, most, ct);

    /// <summary>Reads the paths that begin with a prefix.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="most">More than that break the connection.</param>
    /// <param name="ct">Ends the waiting, and the connection.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task<List<string>> ListAsync(string prefix, int most, CancellationToken ct) =>
        [.. (await SeriesAsync(QubesDbMessageType.List, QubesDbMessageType.Path, prefix, most, ct).ConfigureAwait(false)).Select(entry => entry.UntrustedPath)];

    /// <summary>Hangs up.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
        turn.Dispose();
    }

    private Task<bool> DoAsync(QubesDbMessageType type, string path, ReadOnlyMemory<byte> value, CancellationToken ct) => AskAsync(
        type, path, value, async limit => await NextAsync(path, limit).ConfigureAwait(false) switch
        {
            ({ Type: QubesDbMessageType.Done }, _) => true,
            ({ Type: QubesDbMessageType.NoEntry or QubesDbMessageType.Refused }, _) => false,
            var other => throw Unexpected(other.Header),
        },
        ct);

    private Task<List<QubesDbEntry>> SeriesAsync(QubesDbMessageType request, QubesDbMessageType reply, string prefix, int most, CancellationToken ct) =>
        AskAsync(request, prefix, default, limit => ReadSeriesAsync(reply, prefix, most, limit), ct);

    private async Task<List<QubesDbEntry>> ReadSeriesAsync(QubesDbMessageType reply, string prefix, int most, CancellationToken ct)
    {
        var entries = new List<QubesDbEntry>();
        while (true)
        {
            var (header, value) = await NextAsync(null, ct).ConfigureAwait(false);
            if (header.Type != reply)
            {
                throw Unexpected(header);
            }

            if (header.Path.Length == 0 && value.Length == 0)
            {
                return entries;
            }

            if (!header.Path.StartsWith(prefix, StringComparison.Ordinal) || !Ascii.IsValid(header.Path) || entries.Count == most)
            {
                throw new QubesDbProtocolException("a database gave a key that was not asked for, or too many");
            }

            entries.Add(new QubesDbEntry(header.Path, value));
        }
    }

    // One request at a time. A wait that ends early leaves answers behind that nobody could tell apart from later ones.
    private async Task<T> AskAsync<T>(
        QubesDbMessageType type, string path, ReadOnlyMemory<byte> value, Func<CancellationToken, Task<T>> answer, CancellationToken ct)
    {
        var message = QubesDbMessage.Encode(type, path, value.Span);
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(isBroken, this);
            isBroken = true;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, ending.Token);
            limit.CancelAfter(timeout);
            await stream.WriteAsync(message, limit.Token).ConfigureAwait(false);
            var result = await answer(limit.Token).ConfigureAwait(false);
            isBroken = false;
            return result;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new QubesDbProtocolException("a database did not answer in time");
        }
        catch (ChannelClosedException closed)
        {
            throw new QubesDbProtocolException(closed.InnerException?.Message ?? "a database hung up");
        }
        catch (ObjectDisposedException)
        {
            throw new QubesDbProtocolException("the connection to a database is of no use any more");
        }
        finally
        {
            turn.Release();
        }
    }

    // An answer repeats the path of its request, except in a series.
    private async ValueTask<(QubesDbMessage Header, byte[] Value)> NextAsync(string? path, CancellationToken ct)
    {
        var next = await answers.Reader.ReadAsync(ct).ConfigureAwait(false);
        return path is null || next.Header.Path == path || next.Header.Type == QubesDbMessageType.Refused ? next : throw Unexpected(next.Header);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            var header = new byte[QubesDbMessage.HeaderBytes];
            while (true)
            {
                await stream.ReadExactlyAsync(header, ending.Token).ConfigureAwait(false);
                var message = QubesDbMessage.Parse(header) ?? throw new QubesDbProtocolException("a database sent what is no message");
                var value = message.ValueBytes == 0 ? [] : new byte[message.ValueBytes];
                await stream.ReadExactlyAsync(value, ending.Token).ConfigureAwait(false);
                if (message.Type == QubesDbMessageType.Changed)
                {
                    changed(message.Path);
                }
                else
                {
                    await answers.Writer.WriteAsync((message, value), ending.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException or ObjectDisposedException)
        {
            answers.Writer.TryComplete(reason);
        }
    }

    private static QubesDbProtocolException Unexpected(QubesDbMessage message) =>
        new($"a database answered with a message of type {(int)message.Type} that was not due");
}
