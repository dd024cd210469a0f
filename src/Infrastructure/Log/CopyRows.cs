using System.Buffers.Binary;
using Npgsql;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads the rows of a query through COPY in PostgreSQL's binary format: one buffer, no object for any value.</summary>
/// <remarks>Format: PostgreSQL's documentation of COPY, "Binary Format".</remarks>
internal sealed class CopyRows : IAsyncDisposable
{
    private const int HeaderLength = 19;
    private const int SmallestRow = 2;
    private const int LengthOfLength = 4;
    private readonly NpgsqlRawCopyStream stream;
    private readonly (int Start, int Length)[] fields;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;

    private CopyRows(NpgsqlRawCopyStream stream, int columns)
    {
        this.stream = stream;
        fields = new (int, int)[columns];
    }

    /// <summary>Starts a query on a connection that stays open.</summary>
    public static async Task<CopyRows> OpenAsync(NpgsqlConnection connection, string query, int columns, CancellationToken ct)
    {
        var stream = await connection.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)", ct);
        var rows = new CopyRows(stream, columns);
        while (rows.end < HeaderLength)
        {
            await rows.FillAsync(ct);
        }

        rows.start = HeaderLength;
        return rows;
    }

    /// <summary>All rows of a query.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(NpgsqlConnection connection, string query, int columns, Func<CopyRows, T> decode, CancellationToken ct)
    {
        await using var rows = await OpenAsync(connection, query, columns, ct);
        var found = new List<T>();
        while (await rows.ReadAsync(ct))
        {
            found.Add(decode(rows));
        }

        return found;
    }

    /// <summary>Goes to the next row; false after the last. The values of the row before are gone then.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            if (TryTakeRow(out var isLast))
            {
                return !isLast;
            }

            await FillAsync(ct);
        }
    }

    /// <summary>Whether a column is null.</summary>
    public bool IsNull(int column) => fields[column].Length < 0;

    /// <summary>A column's bytes; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => fields[column].Length < 0 ? [] : buffer.AsSpan(fields[column].Start, fields[column].Length);

    /// <summary>A <c>bigint</c> column.</summary>
    public long Integer(int column) => BinaryPrimitives.ReadInt64BigEndian(Bytes(column));

    /// <summary>A <c>boolean</c> column.</summary>
    public bool Boolean(int column) => Bytes(column) is [1];

    /// <summary>A <c>uuid</c> column.</summary>
    public Guid Guid(int column) => new(Bytes(column), bigEndian: true);

    /// <summary>A <c>timestamptz</c> column in microseconds since 1970; infinite ones give the extremes.</summary>
    public long Microseconds(int column) => MicrosecondsOf(Integer(column));

    /// <summary>What a <c>timestamptz</c> stands for.</summary>
    public static long MicrosecondsOf(long value)
    {
        const long From1970To2000 = 946_684_800_000_000;
        return value is long.MinValue or long.MaxValue ? value : value + From1970To2000;
    }

    /// <summary>Keeps the current row.</summary>
    public void CopyTo(RowBlock block)
    {
        var (first, last) = (fields[0], fields[^1]);
        block.Add(buffer.AsSpan(first.Start, last.Start + Math.Max(0, last.Length) - first.Start), fields, first.Start);
    }

    /// <summary>A <c>jsonb</c> column's text.</summary>
    public ReadOnlySpan<byte> Json(int column) => Bytes(column) is [1, .. var text] ? text : [];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private bool TryTakeRow(out bool isLast)
    {
        isLast = false;
        var at = start;
        if (end - at < SmallestRow)
        {
            return false;
        }

        var count = BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(at));
        at += SmallestRow;
        if (count < 0)
        {
            isLast = true;
            return true;
        }

        if (count != fields.Length)
        {
            throw new InvalidOperationException($"a row of {count} columns instead of {fields.Length}");
        }

        for (var column = 0; column < count; column++)
        {
            if (end - at < LengthOfLength)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at));
            at += LengthOfLength;
            fields[column] = (at, length);
            at += Math.Max(0, length);
            if (at > end)
            {
                return false;
            }
        }

        start = at;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken ct)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var count = await stream.ReadAsync(buffer.AsMemory(end), ct);
        end = count > 0 ? end + count : throw new EndOfStreamException("the rows ended without their trailer");
    }
}
