namespace Qubes.Cqrs.Infrastructure;

/// <summary>Up to 256 hashes of the tree that lie side by side: a row of <c>qubes_merkle</c>.</summary>
/// <param name="Level">0 for leaves; each level above holds the roots of full tiles of the one below.</param>
/// <param name="Index">Which of its level.</param>
/// <param name="Hashes">The hashes, one behind the other.</param>
/// <remarks>The shape of a tile of height 8 in C2SP's tlog-tiles.</remarks>
internal sealed record MerkleTile(int Level, long Index, byte[] Hashes)
{
    /// <summary>The levels of the tree that a tile spans.</summary>
    public const int Height = 8;

    /// <summary>How many hashes a full tile has.</summary>
    public const int Width = 1 << Height;

    /// <summary>How many hashes it has.</summary>
    public int Count => Hashes.Length / MerkleHash.Length;

    /// <summary>How many hashes a level holds in all, in the tiles of a tree.</summary>
    /// <param name="size">The leaves of the tree.</param>
    /// <param name="level">The level.</param>
    public static long CountAt(long size, int level) => level * Height < 63 ? size >> (level * Height) : 0;
}
