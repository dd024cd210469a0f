using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The hashes of the tree over the events: leaf = SHA-256(0, event hash), node = SHA-256(1, left, right).</summary>
/// <remarks>Source: RFC 6962, 2.1. Description: docs/proofs.md.</remarks>
internal static class MerkleHash
{
    /// <summary>The bytes of each hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    /// <summary>The leaf of an event.</summary>
    /// <param name="hash">The event's chain hash.</param>
    /// <param name="result">Gets the leaf.</param>
    public static void Leaf(ReadOnlySpan<byte> hash, Span<byte> result)
    {
        Span<byte> input = stackalloc byte[1 + Length];
        input[0] = 0;
        hash.CopyTo(input[1..]);
        LogSha256.Hash(input, result);
    }

    /// <summary>The leaf of an event.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> hash)
    {
        var leaf = new byte[Length];
        Leaf(hash, leaf);
        return leaf;
    }

    /// <summary>The node above two others; the result may be one of them.</summary>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Length)];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Length)..]);
        LogSha256.Hash(input, result);
    }

    /// <summary>The node above two others.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var node = new byte[Length];
        Node(left, right, node);
        return node;
    }

    /// <summary>The node above a power of two of hashes that lie one behind the other.</summary>
    public static byte[] Subtree(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length == Length)
        {
            return hashes.ToArray();
        }

        var level = new byte[hashes.Length / 2];
        Fold(hashes, level);
        for (var length = level.Length; length > Length; length /= 2)
        {
            Fold(level.AsSpan(0, length), level);
        }

        return level[..Length];
    }

    // In place as well: what is written was read before.
    private static void Fold(ReadOnlySpan<byte> level, Span<byte> above)
    {
        for (var at = 0; at < level.Length; at += 2 * Length)
        {
            Node(level.Slice(at, Length), level.Slice(at + Length, Length), above.Slice(at / 2, Length));
        }
    }
}
