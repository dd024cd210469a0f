using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Recomputes the digests and hashes of some events that follow on each other; needs nothing but them and the hash before.</summary>
internal sealed class BlockChecker
{
    private readonly CanonicalWriter scratch = new();
    private readonly CanonicalWriter names = new();
    private readonly ChainMembers chain = new();
    private readonly byte[] digest = new byte[ChainHash.Length];
    private readonly byte[] next = new byte[ChainHash.Length];

    /// <summary>Looks at a block.</summary>
    /// <param name="block">The events.</param>
    /// <param name="before">The headers of the event before them, as JSON; or its hash.</param>
    /// <param name="withLeaves">Whether the leaves of the tree are wanted as well.</param>
    public BlockResult Check(RowBlock block, BlockStart before, bool withLeaves)
    {
        var result = new BlockResult(block.Count, withLeaves);
        var hash = new byte[ChainHash.Length];
        try
        {
            (before.Hash ?? ChainHeaders.Read(before.Headers).Hash).CopyTo(hash, 0);
        }
        catch (JsonException)
        {
            return result; // whoever looked at the block before found the same
        }

        for (var row = 0; row < block.Count; row++)
        {
            if (FindFault(block, row, hash, out var isErased) is { } reason)
            {
                result.Reason = reason;
                return result;
            }

            next.CopyTo(hash, 0);
            result.Add(hash, isErased);
        }

        return result;
    }

    private string? FindFault(RowBlock block, int row, byte[] hash, out bool isErased)
    {
        isErased = false;
        try
        {
            names.Clear();
            chain.Read(block.IsNull(row, EventColumns.Headers) ? "null"u8 : block.Json(row, EventColumns.Headers), names);
            if (chain.Schema != ChainHash.Schema)
            {
                return string.Create(CultureInfo.InvariantCulture, $"its hash was made by rules (version {chain.Schema}) that this program does not know");
            }

            isErased = chain.IsErased;
            if ((chain.IsErased ? FindFaultOfErased(block, row) : FindFaultOfContent(block, row)) is { } content)
            {
                return content;
            }

            ChainHash.ComputeHash(scratch, hash, FrameOf(block, row), chain.Digest, next);
            return next.AsSpan().SequenceEqual(chain.Hash)
                ? null
                : "the hash does not fit: the position, id, stream, version, time, type, retention, digest or the event before was changed";
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    private StoredFrame FrameOf(RowBlock block, int row) => new()
    {
        Position = block.Integer(row, EventColumns.Position),
        Id = block.Bytes(row, EventColumns.Id),
        Stream = block.Bytes(row, EventColumns.Stream),
        Version = block.Integer(row, EventColumns.Version),
        Microseconds = CopyRows.MicrosecondsOf(block.Integer(row, EventColumns.Time)),
        Type = block.Bytes(row, EventColumns.Type),
        ClrType = block.Bytes(row, EventColumns.ClrType),
        Retention = chain.Retention,
        Schema = chain.Schema,
    };

    private string? FindFaultOfContent(RowBlock block, int row)
    {
        if (!chain.HasSalt)
        {
            return "the salt is missing";
        }

        var columns = new StoredNames
        {
            CorrelationId = block.Bytes(row, EventColumns.Correlation),
            HasCorrelation = !block.IsNull(row, EventColumns.Correlation),
            CausationId = block.Bytes(row, EventColumns.Causation),
            HasCausation = !block.IsNull(row, EventColumns.Causation),
            UserName = block.Bytes(row, EventColumns.User),
            HasUser = !block.IsNull(row, EventColumns.User),
        };
        ChainHash.ComputeDigest(scratch, chain.Salt, block.Json(row, EventColumns.Payload), columns, names.Written, digest);
        return digest.AsSpan().SequenceEqual(chain.Digest)
            ? null
            : "the digest does not fit: the payload, the headers, the user, the correlation or the causation was changed";
    }

    private string? FindFaultOfErased(RowBlock block, int row) =>
        block.Json(row, EventColumns.Payload).SequenceEqual("{}"u8) && !chain.HasSalt && block.IsNull(row, EventColumns.Correlation) &&
        block.IsNull(row, EventColumns.Causation) && block.IsNull(row, EventColumns.User) && names.Written.SequenceEqual("de"u8)
            ? null
            : "it says that it was erased, but holds something";
}

/// <summary>What the first event of a block follows on.</summary>
/// <param name="Hash">The hash before it; null when it is to be found in <paramref name="Headers"/>.</param>
/// <param name="Headers">The headers of the event before it, as JSON.</param>
internal readonly record struct BlockStart(byte[]? Hash, byte[] Headers);
