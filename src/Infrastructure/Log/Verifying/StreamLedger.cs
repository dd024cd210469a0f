using System.Globalization;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Counts the events of each stream, and compares the outcome with the rows of <c>mt_streams</c>.</summary>
internal sealed class StreamLedger
{
    // Marten's daemon may make this row; it never has an event.
    private const string OfMarten = "mt_tombstone";
    private const string Rows = "select id, type, version, timestamp, created, tenant_id, is_archived from qubes.mt_streams";
    private const int Columns = 7;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>Reads the rows, and what stood there at the position from which on the log is looked at.</summary>
    public static async Task<StreamLedger> LoadAsync(NpgsqlConnection connection, long after, CancellationToken ct)
    {
        var ledger = new StreamLedger();
        await using (var rows = await CopyRows.OpenAsync(connection, Rows, Columns, ct))
        {
            while (await rows.ReadAsync(ct))
            {
                ledger.entries[System.Text.Encoding.UTF8.GetString(rows.Bytes(0))] = Entry.Of(rows);
            }
        }

        if (after == 0)
        {
            return ledger;
        }

        await using var before = await CopyRows.OpenAsync(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"select stream_id, max(version), max(seq_id), max(timestamp) from qubes.mt_events where seq_id <= {after} and stream_id is not null group by stream_id"),
            4,
            ct);
        while (await before.ReadAsync(ct))
        {
            var entry = ledger.Find(System.Text.Encoding.UTF8.GetString(before.Bytes(0)));
            (entry.Counted, entry.Last, entry.LastTime, entry.WasCreated) = (before.Integer(1), before.Integer(2), before.Microseconds(3), true);
        }

        return ledger;
    }

    /// <summary>Counts an event; tells why its version does not fit, or null.</summary>
    public string? Add(string stream, long version, long position, long microseconds)
    {
        var entry = Find(stream);
        if (version != entry.Counted + 1)
        {
            return string.Create(CultureInfo.InvariantCulture, $"version {version} of the stream {stream} does not follow version {entry.Counted}");
        }

        entry.Counted = version;
        entry.Last = position;
        entry.LastTime = microseconds;
        entry.WasCreated |= microseconds == entry.Created;
        return null;
    }

    /// <summary>What does not fit at the lowest position; null when everything does.</summary>
    /// <param name="head">The end of the log.</param>
    public ChainFault? FindFault(long head)
    {
        ChainFault? first = null;
        foreach (var (id, entry) in entries)
        {
            if (entry.FindFault(id, head) is var (position, reason) && (first is null || position < first.Position.Value))
            {
                first = new ChainFault(new LogPosition(position), reason);
            }
        }

        return first;
    }

    private Entry Find(string stream)
    {
        if (!entries.TryGetValue(stream, out var entry))
        {
            entries.Add(stream, entry = new Entry());
        }

        return entry;
    }

    private sealed class Entry
    {
        public long Counted { get; set; }

        public long Last { get; set; }

        public long LastTime { get; set; }

        public bool WasCreated { get; set; }

        public long Created { get; private init; }

        private bool HasRow { get; init; }

        private long Version { get; init; }

        private long Time { get; init; }

        private string? Type { get; init; }

        private bool IsPlain { get; init; }

        public static Entry Of(CopyRows row) => new()
        {
            HasRow = true,
            Type = row.IsNull(1) ? null : System.Text.Encoding.UTF8.GetString(row.Bytes(1)),
            Version = row.IsNull(2) ? 0 : row.Integer(2),
            Time = row.Microseconds(3),
            Created = row.Microseconds(4),
            IsPlain = row.Bytes(5).SequenceEqual("*DEFAULT*"u8) && !row.IsNull(6) && !row.Boolean(6),
        };

        public (long Position, string Reason)? FindFault(string id, long head)
        {
            if (!HasRow)
            {
                return (Last, $"the stream {id} has no row in mt_streams");
            }

            if (Version > Counted)
            {
                return (head + 1, string.Create(
                    CultureInfo.InvariantCulture, $"the stream {id} should have {Version} events (mt_streams), but has {Counted}: the end of the log is missing"));
            }

            if (Counted == 0)
            {
                return id == OfMarten ? null : (head + 1, $"the stream {id} has a row in mt_streams, but no event");
            }

            return Version == Counted && IsPlain && Type == new StreamName(id).Kind && Time == LastTime && WasCreated
                ? null
                : (Last, $"the row of the stream {id} in mt_streams does not fit its events");
        }
    }
}
