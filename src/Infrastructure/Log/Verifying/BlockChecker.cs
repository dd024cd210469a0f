using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Recomputes the digests and hashes of some events that follow on each other; needs nothing but them and the hash before.</summary>
internal sealed class BlockChecker
{
    private readonly CanonicalWriter scratch = new();
    private readonly TextCache texts = new();
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
            var chain = ChainHeaders.Read(block.IsNull(row, EventColumns.Headers) ? "null"u8 : block.Json(row, EventColumns.Headers));
            if (chain.Schema != ChainHash.Schema)
            {
                return string.Create(CultureInfo.InvariantCulture, $"its hash was made by rules (version {chain.Schema}) that this program does not know");
            }

            isErased = chain.IsErased;
            if ((chain.IsErased ? FindFaultOfErased(block, row, chain) : FindFaultOfContent(block, row, chain)) is { } content)
            {
                return content;
            }

            ChainHash.ComputeHash(scratch, hash, FrameOf(block, row, chain), chain.Digest, next);
            return next.AsSpan().SequenceEqual(chain.Hash)
                ? null
                : "the hash does not fit: the position, id, stream, version, time, type, retention, digest or the event before was changed";
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    private ChainFrame FrameOf(RowBlock block, int row, ChainHeaders chain) => new(
        block.Integer(row, EventColumns.Position),
        new Guid(block.Bytes(row, EventColumns.Id), bigEndian: true),
        texts.Get(block.Bytes(row, EventColumns.Stream)),
        block.Integer(row, EventColumns.Version),
        CopyRows.MicrosecondsOf(block.Integer(row, EventColumns.Time)),
        texts.Get(block.Bytes(row, EventColumns.Type)),
        texts.Get(block.Bytes(row, EventColumns.ClrType)),
        chain.Retention,
        chain.Schema);

    private string? FindFaultOfContent(RowBlock block, int row, ChainHeaders chain)
    {
        if (chain.Salt is null)
        {
            return "the salt is missing";
        }

        var names = new NameColumns(
            TextOrNull(block, row, EventColumns.Correlation), TextOrNull(block, row, EventColumns.Causation), TextOrNull(block, row, EventColumns.User));
        ChainHash.ComputeDigest(scratch, chain.Salt, block.Json(row, EventColumns.Payload), names, block.Json(row, EventColumns.Headers), digest);
        return digest.AsSpan().SequenceEqual(chain.Digest)
            ? null
            : "the digest does not fit: the payload, the headers, the user, the correlation or the causation was changed";
    }

    private string? FindFaultOfErased(RowBlock block, int row, ChainHeaders chain)
    {
        scratch.Clear();
        CanonicalJson.Write(block.Json(row, EventColumns.Headers), scratch, ChainHeaders.Names);
        return block.Json(row, EventColumns.Payload).SequenceEqual("{}"u8) && chain.Salt is null && block.IsNull(row, EventColumns.Correlation) &&
            block.IsNull(row, EventColumns.Causation) && block.IsNull(row, EventColumns.User) && scratch.Written.SequenceEqual("de"u8)
            ? null
            : "it says that it was erased, but holds something";
    }

    private string? TextOrNull(RowBlock block, int row, int column) => block.IsNull(row, column) ? null : texts.Get(block.Bytes(row, column));
}

/// <summary>What the first event of a block follows on.</summary>
/// <param name="Hash">The hash before it; null when it is to be found in <paramref name="Headers"/>.</param>
/// <param name="Headers">The headers of the event before it, as JSON.</param>
internal readonly record struct BlockStart(byte[]? Hash, byte[] Headers);
