using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The tree over the events that were verified so far; of full tiles of leaves it keeps only what tells them from others.</summary>
internal sealed class SeenTree(MerkleTree tree)
{
    private readonly Dictionary<(int Level, long Tile), byte[]> seen = [];

    /// <summary>The leaves that were there before anything was verified.</summary>
    public long Trusted { get; } = tree.Size;

    /// <summary>How many leaves it has.</summary>
    public long Size => tree.Size;

    /// <summary>The hash that stands for all leaves.</summary>
    public byte[] Root() => tree.Root();

    /// <summary>Adds some events of a block.</summary>
    /// <param name="result">What was found in the block.</param>
    /// <param name="first">The first event to add.</param>
    /// <param name="count">How many.</param>
    public void Add(BlockResult result, int first, int count)
    {
        for (var end = first + count; first < end;)
        {
            var inTile = (int)(tree.Size % MerkleTile.Width);
            var some = Math.Min(end - first, MerkleTile.Width - inTile);
            var root = inTile == 0 && some == MerkleTile.Width ? result.RootOfTile(first) : null;
            tree.Add(result.Leaves.AsSpan(first * MerkleHash.Length, some * MerkleHash.Length), root);
            first += some;
        }

        foreach (var tile in tree.TakeTiles())
        {
            seen[(tile.Level, tile.Index)] = tile is { Level: 0, Count: MerkleTile.Width } ? SHA256.HashData(tile.Hashes) : tile.Hashes;
        }
    }

    /// <summary>Compares a stored tile with what was verified; gives the first leaf, from 0, that differs, or null.</summary>
    /// <param name="stored">The tile.</param>
    /// <param name="needed">How many leaves the stored tree must have.</param>
    /// <returns>The leaf, and whether it is certain that something differs.</returns>
    public (long Leaf, bool IsCertain)? FindDifference(MerkleTile stored, long needed)
    {
        var first = stored.Index * MerkleTile.Width;
        if (stored.Hashes.Length % MerkleHash.Length != 0 || stored.Count < Math.Min(MerkleTile.Width, MerkleTile.CountAt(needed, stored.Level) - first))
        {
            return (LeafOf(stored.Level, first + stored.Count), true);
        }

        var known = Math.Min(MerkleTile.Width, MerkleTile.CountAt(Size, stored.Level) - first);
        if (known <= 0 || stored.Count == 0)
        {
            return stored.Count > 0 ? (Size, true) : null;
        }

        if (!seen.TryGetValue((stored.Level, stored.Index), out var hashes))
        {
            return null; // before what was verified
        }

        if (stored.Level == 0 && known == MerkleTile.Width)
        {
            return stored.Count == MerkleTile.Width && hashes.AsSpan().SequenceEqual(SHA256.HashData(stored.Hashes)) ? null : (first, false);
        }

        var same = stored.Hashes.AsSpan().CommonPrefixLength(hashes) / MerkleHash.Length;
        return same == stored.Count ? null : (same == known ? Size : LeafOf(stored.Level, first + same), true);
    }

    private static long LeafOf(int level, long index) => index << (level * MerkleTile.Height);
}
