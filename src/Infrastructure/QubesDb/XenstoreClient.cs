using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A connection to xenstore's daemon, for one request after the other.</summary>
/// <remarks>Wire format: Xen, docs/misc/xenstore.txt and public/io/xs_wire.h: four numbers (type, request, transaction, length) in the machine's
/// byte order, then the payload. An answer repeats the type; an error has its own.</remarks>
internal sealed class XenstoreClient(Socket socket, TimeSpan timeout) : IAsyncDisposable
{
    private const int HeaderBytes = 16;
    private const int MaxPayload = 4096;
    private const uint Read = 2;
    private const uint Write = 11;
    private const uint Remove = 13;
    private const uint SetPermissions = 14;
    private const uint Event = 15;
    private const uint Error = 16;

    private readonly NetworkStream stream = new(socket, ownsSocket: true);
    private uint lastRequest;

    /// <summary>Reads a node; null when it is not there.</summary>
    /// <exception cref="IOException">It was refused, or the connection broke.</exception>
    internal async Task<string?> ReadAsync(string path, CancellationToken ct) =>
        await AskAsync(Read, [.. Encoding.ASCII.GetBytes(path), 0], ct).ConfigureAwait(false) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Writes a node, making those above it.</summary>
    /// <exception cref="IOException">It was refused, or the connection broke.</exception>
    internal Task WriteAsync(string path, string value, CancellationToken ct) =>
        AskAsync(Write, [.. Encoding.ASCII.GetBytes(path), 0, .. Encoding.UTF8.GetBytes(value)], ct);

    /// <summary>Removes a node and all below it; nothing happens when it is not there.</summary>
    /// <exception cref="IOException">It was refused, or the connection broke.</exception>
    internal Task RemoveAsync(string path, CancellationToken ct) => AskAsync(Remove, [.. Encoding.ASCII.GetBytes(path), 0], ct);

    /// <summary>Gives a node to a domain; others than it and dom0 may not read it.</summary>
    /// <exception cref="IOException">It was refused, or the connection broke.</exception>
    internal Task GiveAsync(string path, int xid, CancellationToken ct) =>
        AskAsync(SetPermissions, Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}\0n{xid}\0")), ct);

    /// <summary>Hangs up.</summary>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<byte[]?> AskAsync(uint type, byte[] payload, CancellationToken ct)
    {
        if (payload.Length > MaxPayload)
        {
            throw new IOException("a node of xenstore would be too long");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await stream.WriteAsync(Message(type, ++lastRequest, payload), limit.Token).ConfigureAwait(false);
            return await ReadAnswerAsync(type, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new IOException("xenstore did not answer in time");
        }
    }

    private async Task<byte[]?> ReadAnswerAsync(uint type, CancellationToken ct)
    {
        var header = new byte[HeaderBytes];
        while (true)
        {
            await stream.ReadExactlyAsync(header, ct).ConfigureAwait(false);
            var answered = BinaryPrimitives.ReadUInt32LittleEndian(header);
            var request = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12));
            if (length > MaxPayload)
            {
                throw new IOException("xenstore sent what is no message");
            }

            var answer = new byte[length];
            await stream.ReadExactlyAsync(answer, ct).ConfigureAwait(false);
            switch (answered)
            {
                case Event:
                    continue;
                case Error when request == lastRequest:
                    Accept(type, Encoding.ASCII.GetString(answer).TrimEnd('\0'));
                    return null;
                case var same when same == type && request == lastRequest:
                    return answer;
                default:
                    throw new IOException("xenstore sent an answer that was not due");
            }
        }
    }

    private static void Accept(uint type, string error)
    {
        if (type is not (Remove or Read) || error != "ENOENT")
        {
            throw new XenstoreRefusedException(error);
        }
    }

    private static byte[] Message(uint type, uint request, byte[] payload)
    {
        var message = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, type);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), request);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(12), (uint)payload.Length);
        payload.CopyTo(message, HeaderBytes);
        return message;
    }
}

/// <summary>xenstore refuses a request; the connection goes on.</summary>
internal sealed class XenstoreRefusedException(string error) : IOException($"xenstore refused: {(error.Length is > 0 and <= 32 ? error : "?")}");
