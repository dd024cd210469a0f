namespace Qubes.Cqrs.Infrastructure;

/// <summary>The tree over the events as it grows: it keeps the tiles at its right edge, O(log n), and gives out those that changed.</summary>
internal sealed class MerkleTree
{
    private readonly List<Edge> levels = [];
    private readonly List<MerkleTile> full = [];

    /// <summary>How many leaves it has: the position that it reaches.</summary>
    public long Size { get; private set; }

    /// <summary>Goes on from what was stored; null when that does not give a tree of this size.</summary>
    /// <param name="size">How many leaves it has.</param>
    /// <param name="find">Finds a stored tile, which may have grown since.</param>
    public static MerkleTree? Load(long size, Func<int, long, byte[]?> find)
    {
        var tree = new MerkleTree { Size = size };
        for (var level = 0; MerkleTile.CountAt(size, level) is > 0 and var count; level++)
        {
            var edge = new Edge { Index = count / MerkleTile.Width, Count = (int)(count % MerkleTile.Width) };
            if (edge.Count > 0)
            {
                if (find(level, edge.Index) is not { } stored || stored.Length < edge.Count * MerkleHash.Length)
                {
                    return null;
                }

                stored.AsSpan(0, edge.Count * MerkleHash.Length).CopyTo(edge.Hashes);
            }

            tree.levels.Add(edge);
        }

        return tree;
    }

    /// <summary>Adds a leaf.</summary>
    public void Add(ReadOnlySpan<byte> leaf) => Add(leaf, null);

    /// <summary>Adds leaves that lie one behind the other and do not go beyond the end of a tile.</summary>
    /// <param name="leaves">The leaves.</param>
    /// <param name="root">The root of the tile, when they end it and somebody knows it; else null.</param>
    public void Add(ReadOnlySpan<byte> leaves, byte[]? root)
    {
        Size += leaves.Length / MerkleHash.Length;
        Put(0, leaves, root);
    }

    /// <summary>The hash that stands for the whole tree.</summary>
    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var edge in levels)
        {
            // From right to left, the lowest first.
            var end = edge.Count;
            for (var width = 1; end > 0; width *= 2)
            {
                if ((end & width) != 0)
                {
                    var peak = MerkleHash.Subtree(edge.Of(end - width, width));
                    root = root is null ? peak : MerkleHash.Node(peak, root);
                    end -= width;
                }
            }
        }

        return root ?? MerkleHash.Empty;
    }

    /// <summary>The tiles that changed since the last time.</summary>
    public List<MerkleTile> TakeTiles()
    {
        List<MerkleTile> tiles = [.. full];
        full.Clear();
        tiles.AddRange(levels.Select((edge, level) => new MerkleTile(level, edge.Index, edge.Of(0, edge.Count).ToArray())).Where(tile => tile.Count > 0));
        return tiles;
    }

    private void Put(int level, ReadOnlySpan<byte> hashes, byte[]? root)
    {
        if (levels.Count == level)
        {
            levels.Add(new Edge());
        }

        var edge = levels[level];
        hashes.CopyTo(edge.Hashes.AsSpan(edge.Count * MerkleHash.Length));
        edge.Count += hashes.Length / MerkleHash.Length;
        if (edge.Count == MerkleTile.Width)
        {
            var tile = new MerkleTile(level, edge.Index, edge.Hashes.ToArray());
            full.Add(tile);
            edge.Index++;
            edge.Count = 0;
            Put(level + 1, root ?? MerkleHash.Subtree(tile.Hashes), null);
        }
    }

    private sealed class Edge
    {
        public byte[] Hashes { get; } = new byte[MerkleTile.Width * MerkleHash.Length];

        public long Index { get; set; }

        public int Count { get; set; }

        public ReadOnlySpan<byte> Of(int first, int count) => Hashes.AsSpan(first * MerkleHash.Length, count * MerkleHash.Length);
    }
}
