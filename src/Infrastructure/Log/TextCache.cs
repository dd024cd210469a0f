using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Gives one string object for texts that come again and again: names of streams, qubes, methods.</summary>
internal sealed class TextCache
{
    private const int Size = 1 << 12;
    private const int LongestText = 128;
    private readonly (byte[]? Bytes, string Text)[] entries = new (byte[]?, string)[Size];

    /// <summary>The text of UTF-8 bytes.</summary>
    public string Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > LongestText)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var hash = default(HashCode);
        hash.AddBytes(bytes);
        ref var entry = ref entries[hash.ToHashCode() & (Size - 1)];
        if (entry.Bytes is null || !bytes.SequenceEqual(entry.Bytes))
        {
            entry = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        }

        return entry.Text;
    }
}
