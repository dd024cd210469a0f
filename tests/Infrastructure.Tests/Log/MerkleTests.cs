using System.Globalization;
using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The tree is that of RFC 6962, and its proofs are checked as RFC 9162 says.</summary>
public sealed class MerkleTests
{
    private const int Most = 700; // beyond two full tiles

    // The test vectors of certificate transparency: leaves and the root of all eight.
    private static readonly string[] KnownLeaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Fact]
    public void The_tree_of_known_leaves_has_the_known_root()
    {
        var leaves = KnownLeaves.Select(leaf => SHA256.HashData([0, .. Convert.FromHexString(leaf)])).ToList();
        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", Convert.ToHexStringLower(RootOf(leaves, 0, leaves.Count)));
        var tree = new MerkleTree();
        leaves.ForEach(leaf => tree.Add(leaf));
        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", Convert.ToHexStringLower(tree.Root()));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(new MerkleTree().Root()));
    }

    [Fact]
    public void A_tree_that_grows_has_the_root_of_the_definition_and_can_be_stored()
    {
        var leaves = Leaves(Most);
        var tree = new MerkleTree();
        var tiles = new Dictionary<(int, long), byte[]>();
        for (var size = 1; size <= Most; size++)
        {
            tree.Add(leaves[size - 1]);
            if (size % 37 == 0 || size is 255 or 256 or 257 or 512 or Most)
            {
                Assert.Equal(RootOf(leaves, 0, size), tree.Root());
                tree.TakeTiles().ForEach(tile => tiles[(tile.Level, tile.Index)] = tile.Hashes);
                var again = MerkleTree.Load(size, (level, tile) => tiles.GetValueOrDefault((level, tile)));
                Assert.Equal(tree.Root(), again?.Root());
            }
        }

        Assert.Null(MerkleTree.Load(Most, (_, _) => null));
    }

    [Fact]
    public void Every_proof_holds_and_none_holds_for_anything_else()
    {
        var leaves = Leaves(Most);
        var node = Nodes(leaves);
        foreach (var size in (int[])[1, 2, 3, 7, 8, 100, 256, 257, 300, 511, Most])
        {
            var root = RootOf(leaves, 0, size);
            foreach (var index in (int[])[0, 1, size / 3, size / 2, size - 2, size - 1])
            {
                if (index < 0 || index >= size)
                {
                    continue;
                }

                var path = MerklePath.Inclusion(index, size, node);
                Assert.Equal(root, MerklePath.RootOfInclusion(leaves[index], index, size, path));
                Assert.NotEqual(root, MerklePath.RootOfInclusion(leaves[(index + 1) % Most], index, size, path));
                Assert.Null(MerklePath.RootOfInclusion(leaves[index], index, size, [.. path, root]));
                Assert.NotEqual(root, MerklePath.RootOfInclusion(leaves[index], index ^ 1, size, path) ?? []);
            }

            foreach (var from in (int[])[1, 2, size / 2, size - 1, size])
            {
                if (from < 1 || from > size)
                {
                    continue;
                }

                var path = MerklePath.Consistency(from, size, node);
                var older = RootOf(leaves, 0, from);
                Assert.True(MerklePath.IsConsistent(from, older, size, root, path), string.Create(CultureInfo.InvariantCulture, $"{from} {size}"));
                Assert.False(MerklePath.IsConsistent(from, leaves[0].Reverse().ToArray(), size, root, path));
                Assert.False(MerklePath.IsConsistent(from, older, size, [.. root.Reverse()], path));
                Assert.False(MerklePath.IsConsistent(from, older, size, root, [.. path, root]));
            }
        }
    }

    private static List<byte[]> Leaves(int count) => [.. Enumerable.Range(0, count).Select(index => MerkleHash.Leaf(SHA256.HashData(BitConverter.GetBytes(index))))];

    private static Func<int, long, byte[]> Nodes(List<byte[]> leaves) => (level, index) => RootOf(leaves, (int)(index << level), (int)((index + 1) << level));

    // As RFC 6962 defines it.
    private static byte[] RootOf(List<byte[]> leaves, int start, int end)
    {
        if (end - start == 1)
        {
            return leaves[start];
        }

        var width = 1;
        while (width * 2 < end - start)
        {
            width *= 2;
        }

        return SHA256.HashData([1, .. RootOf(leaves, start, start + width), .. RootOf(leaves, start + width, end)]);
    }
}
