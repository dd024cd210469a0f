using System.Numerics;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Proofs over the tree: that a leaf is in it, and that one tree continues another.</summary>
/// <remarks>Made as RFC 6962, 2.1, says; checked as RFC 9162, 2.1.3.2 and 2.1.4.2, say.</remarks>
internal static class MerklePath
{
    /// <summary>The most hashes that a proof can have.</summary>
    public const int Longest = 64;

    /// <summary>The siblings from a leaf up to the root.</summary>
    /// <param name="index">Which leaf, from 0.</param>
    /// <param name="size">The leaves of the tree.</param>
    /// <param name="node">Gives the hash of a complete subtree by its level (0 for leaves) and its index in that level.</param>
    public static List<byte[]> Inclusion(long index, long size, Func<int, long, byte[]> node)
    {
        var path = new List<byte[]>();
        Descend(index, 0, size);
        return path;

        void Descend(long leaf, long start, long end)
        {
            if (end - start <= 1)
            {
                return;
            }

            var middle = start + Split(end - start);
            if (leaf < middle)
            {
                Descend(leaf, start, middle);
                path.Add(Root(middle, end, node));
            }
            else
            {
                Descend(leaf, middle, end);
                path.Add(Root(start, middle, node));
            }
        }
    }

    /// <summary>What shows that the tree of <paramref name="to"/> leaves begins with the one of <paramref name="from"/> leaves.</summary>
    public static List<byte[]> Consistency(long from, long to, Func<int, long, byte[]> node)
    {
        var path = new List<byte[]>();
        Descend(from, 0, to, isWhole: true);
        return path;

        void Descend(long left, long start, long end, bool isWhole)
        {
            if (left == end - start)
            {
                if (!isWhole)
                {
                    path.Add(Root(start, end, node));
                }

                return;
            }

            var width = Split(end - start);
            if (left <= width)
            {
                Descend(left, start, start + width, isWhole);
                path.Add(Root(start + width, end, node));
            }
            else
            {
                Descend(left - width, start + width, end, isWhole: false);
                path.Add(Root(start, start + width, node));
            }
        }
    }

    /// <summary>The root of the leaves from <paramref name="start"/> up to <paramref name="end"/>, as the tree divides them.</summary>
    public static byte[] Root(long start, long end, Func<int, long, byte[]> node)
    {
        var count = end - start;
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2((ulong)count);
            return node(level, start >> level);
        }

        var middle = start + Split(count);
        return MerkleHash.Node(Root(start, middle, node), Root(middle, end, node));
    }

    /// <summary>The root that a proof of inclusion leads to; null when it has not the length that it must have.</summary>
    public static byte[]? RootOfInclusion(ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size)
        {
            return null;
        }

        var (at, last) = (index, size - 1);
        var root = leaf.ToArray();
        foreach (var sibling in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((at & 1) == 1 || at == last)
            {
                MerkleHash.Node(sibling, root, root);
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                MerkleHash.Node(root, sibling, root);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 ? root : null;
    }

    /// <summary>Whether a proof shows that the second tree begins with the first.</summary>
    public static bool IsConsistent(long from, ReadOnlySpan<byte> fromRoot, long to, ReadOnlySpan<byte> toRoot, IReadOnlyList<byte[]> path)
    {
        if (from <= 0 || from > to || (from == to && path.Count > 0))
        {
            return false;
        }

        if (from == to)
        {
            return fromRoot.SequenceEqual(toRoot);
        }

        List<byte[]> hashes = BitOperations.IsPow2(from) ? [fromRoot.ToArray(), .. path] : [.. path];
        if (hashes.Count == 0)
        {
            return false;
        }

        var (at, last) = (from - 1, to - 1);
        while ((at & 1) == 1)
        {
            (at, last) = (at >> 1, last >> 1);
        }

        var (first, second) = (hashes[0].ToArray(), hashes[0].ToArray());
        foreach (var hash in hashes.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                MerkleHash.Node(hash, first, first);
                MerkleHash.Node(hash, second, second);
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                MerkleHash.Node(second, hash, second);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && fromRoot.SequenceEqual(first) && toRoot.SequenceEqual(second);
    }

    // The largest power of two below it.
    private static long Split(long count) => 1L << BitOperations.Log2((ulong)(count - 1));
}
