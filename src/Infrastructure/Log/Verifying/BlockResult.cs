namespace Qubes.Cqrs.Infrastructure;

/// <summary>What was found in a block of events.</summary>
internal sealed class BlockResult(int most, bool withLeaves)
{
    /// <summary>How many events fit, from the first one on.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them were erased.</summary>
    public int Erased { get; private set; }

    /// <summary>Why the next one does not fit; null when all do.</summary>
    public string? Reason { get; set; }

    /// <summary>Their hashes, one behind the other.</summary>
    public byte[] Hashes { get; } = new byte[most * ChainHash.Length];

    /// <summary>Their leaves, one behind the other; empty when nobody wants them.</summary>
    public byte[] Leaves { get; } = new byte[withLeaves ? most * ChainHash.Length : 0];

    /// <summary>Adds an event that fits.</summary>
    public void Add(ReadOnlySpan<byte> hash, bool isErased)
    {
        hash.CopyTo(Hashes.AsSpan(Count * ChainHash.Length));
        if (withLeaves)
        {
            MerkleHash.Leaf(hash, Leaves.AsSpan(Count * ChainHash.Length, ChainHash.Length));
        }

        Count++;
        Erased += isErased ? 1 : 0;
    }

    /// <summary>The root of the tile that some of the leaves fill.</summary>
    /// <param name="first">The first of them.</param>
    public byte[] RootOfTile(int first) => MerkleHash.Subtree(Leaves.AsSpan(first * ChainHash.Length, MerkleTile.Width * ChainHash.Length));
}
