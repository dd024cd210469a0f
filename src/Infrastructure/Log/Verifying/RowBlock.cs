using System.Buffers.Binary;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Rows that were copied out of a query, so that another thread can look at them.</summary>
internal sealed class RowBlock(int columns)
{
    private readonly List<(int Start, int Length)> fields = [];
    private byte[] bytes = new byte[1 << 16];
    private int used;

    /// <summary>How many rows it has.</summary>
    public int Count => fields.Count / columns;

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        fields.Clear();
        used = 0;
    }

    /// <summary>Copies a row.</summary>
    /// <param name="row">The bytes of all its columns.</param>
    /// <param name="places">Where each column lies; negative lengths stand for null.</param>
    /// <param name="origin">Where <paramref name="row"/> begins.</param>
    public void Add(ReadOnlySpan<byte> row, ReadOnlySpan<(int Start, int Length)> places, int origin)
    {
        if (bytes.Length - used < row.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + row.Length));
        }

        row.CopyTo(bytes.AsSpan(used));
        foreach (var (start, length) in places)
        {
            fields.Add((start - origin + used, length));
        }

        used += row.Length;
    }

    /// <summary>Whether a column is null.</summary>
    public bool IsNull(int row, int column) => fields[(row * columns) + column].Length < 0;

    /// <summary>A column's bytes; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes(int row, int column)
    {
        var (start, length) = fields[(row * columns) + column];
        return length < 0 ? [] : bytes.AsSpan(start, length);
    }

    /// <summary>A <c>bigint</c> column.</summary>
    public long Integer(int row, int column) => BinaryPrimitives.ReadInt64BigEndian(Bytes(row, column));

    /// <summary>A <c>jsonb</c> column's text.</summary>
    public ReadOnlySpan<byte> Json(int row, int column) => Bytes(row, column) is [1, .. var text] ? text : [];
}
