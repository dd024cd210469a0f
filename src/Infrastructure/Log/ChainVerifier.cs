using System.Globalization;
using System.Text.Json;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads the log from end to end and tells the first position that does not fit: dense numbers, the chain of hashes, each digest against
/// what it was made of, the versions of each stream.</summary>
/// <remarks>Rules: <see cref="ChainHash"/>, docs/event-log.md. Who can write to the database can rewrite the whole chain: only a hash that was kept
/// elsewhere tells that.</remarks>
public sealed class ChainVerifier
{
    private const string Query =
        "select seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived " +
        "from qubes.mt_events where seq_id > ";

    private const int Columns = 15;
    private readonly LogDatabase database;

    internal ChainVerifier(LogDatabase database) => this.database = database;

    /// <summary>Verifies the events after a position.</summary>
    /// <param name="after">The last position that is trusted; <see cref="LogPosition.Start"/> for the whole log.</param>
    /// <param name="trustedHash">The chain hash at <paramref name="after"/>; not needed at the start.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<ChainReport> VerifyAsync(LogPosition after, ReadOnlyMemory<byte> trustedHash, CancellationToken ct)
    {
        if (after == LogPosition.Start)
        {
            trustedHash = ChainHash.Start.ToArray();
        }

        if (trustedHash.Length != ChainHash.Length)
        {
            throw new ArgumentException($"the hash at position {after} is needed, {ChainHash.Length} bytes", nameof(trustedHash));
        }

        try
        {
            // One snapshot for both tables, so that a daemon may go on writing meanwhile.
            await using var connection = await database.OpenPooledAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
            var run = new Run(after.Value, trustedHash.ToArray());
            await run.LoadVersionsAsync(connection, ct);
            await using (var rows = await CopyRows.OpenAsync(connection, Query + after + " order by seq_id", Columns, ct))
            {
                while (run.Fault is null && await rows.ReadAsync(ct))
                {
                    run.Check(rows);
                }
            }

            if (run.Fault is null)
            {
                await run.CheckStreamsAsync(connection, ct);
            }

            return run.Report();
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private sealed class Run(long after, byte[] hash)
    {
        private readonly CanonicalWriter scratch = new();
        private readonly TextCache texts = new();
        private readonly Dictionary<string, (long Version, long Position)> streams = new(StringComparer.Ordinal);
        private readonly byte[] digest = new byte[ChainHash.Length];
        private readonly byte[] next = new byte[ChainHash.Length];
        private readonly long first = after;
        private long position = after;
        private long events;
        private long erased;

        public ChainFault? Fault { get; private set; }

        public ChainReport Report() => new(events, erased, new LogPosition(position), Convert.ToHexStringLower(hash), Fault);

        public async Task LoadVersionsAsync(NpgsqlConnection connection, CancellationToken ct)
        {
            if (first == 0)
            {
                return;
            }

            await using var command = new NpgsqlCommand(
                "select stream_id, max(version), max(seq_id) from qubes.mt_events where seq_id <= $1 group by stream_id", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                streams[reader.GetString(0)] = (reader.GetInt64(1), reader.GetInt64(2));
            }
        }

        public void Check(CopyRows row)
        {
            events++;
            var found = row.Integer(0);
            if (found != position + 1)
            {
                Fault = new ChainFault(new LogPosition(position + 1), "the event is missing");
                return;
            }

            var reason = FindFault(row, found);
            if (reason is not null)
            {
                Fault = new ChainFault(new LogPosition(found), reason);
                return;
            }

            next.CopyTo(hash, 0);
            position = found;
        }

        /// <summary>Compares the versions that the events gave with the rows of the streams; the lowest position that does not fit counts.</summary>
        public async Task CheckStreamsAsync(NpgsqlConnection connection, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand("select id, version, is_archived, tenant_id from qubes.mt_streams where version > 0 or version is null", connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                var id = reader.GetString(0);
                var version = await reader.IsDBNullAsync(1, ct) ? 0 : reader.GetInt64(1);
                var isPlain = !await reader.IsDBNullAsync(2, ct) && !reader.GetBoolean(2) && !await reader.IsDBNullAsync(3, ct) && reader.GetString(3) == "*DEFAULT*";
                streams.Remove(id, out var known);
                if (version > known.Version)
                {
                    Blame(position + 1, string.Create(
                        CultureInfo.InvariantCulture, $"the stream {id} should have {version} events (mt_streams), but has {known.Version}: the end of the log is missing"));
                }
                else if (version < known.Version || !isPlain)
                {
                    Blame(known.Position, $"the row of the stream {id} in mt_streams does not fit its events");
                }
            }

            foreach (var (id, last) in streams)
            {
                Blame(last.Position, $"the stream {id} has no row in mt_streams");
            }
        }

        private void Blame(long place, string reason)
        {
            if (Fault is null || place < Fault.Position.Value)
            {
                Fault = new ChainFault(new LogPosition(place), reason);
            }
        }

        private string? FindFault(CopyRows row, long found)
        {
            if (!row.IsNull(5) || !row.Bytes(8).SequenceEqual("*DEFAULT*"u8) || row.IsNull(14) || row.Boolean(14) || row.IsNull(9) || row.IsNull(2))
            {
                return "bdata, tenant_id, mt_dotnet_type, stream_id or is_archived is not what the writer writes";
            }

            var stream = texts.Get(row.Bytes(2));
            var version = row.Integer(3);
            if (version != (streams.TryGetValue(stream, out var before) ? before.Version : 0) + 1)
            {
                return string.Create(CultureInfo.InvariantCulture, $"version {version} of the stream {stream} does not follow version {before.Version}");
            }

            try
            {
                var chain = ChainHeaders.Read(row.IsNull(12) ? "null"u8 : row.Json(12));
                if (chain.Schema != ChainHash.Schema)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"its hash was made by rules (version {chain.Schema}) that this program does not know");
                }

                var content = chain.IsErased ? FindFaultOfErased(row, chain) : FindFaultOfContent(row, chain);
                if (content is not null)
                {
                    return content;
                }

                var frame = new ChainFrame(
                    found, row.Guid(1), stream, version, row.Microseconds(7), texts.Get(row.Bytes(6)), texts.Get(row.Bytes(9)), chain.Retention, chain.Schema);
                ChainHash.ComputeHash(scratch, hash, frame, chain.Digest, next);
                if (!next.AsSpan().SequenceEqual(chain.Hash))
                {
                    return "the hash does not fit: the position, id, stream, version, time, type, retention, digest or the event before was changed";
                }

                erased += chain.IsErased ? 1 : 0;
                streams[stream] = (version, found);
                return null;
            }
            catch (JsonException e)
            {
                return e.Message;
            }
        }

        private string? FindFaultOfContent(CopyRows row, ChainHeaders chain)
        {
            if (chain.Salt is null)
            {
                return "the salt is missing";
            }

            var names = new NameColumns(
                row.IsNull(10) ? null : texts.Get(row.Bytes(10)),
                row.IsNull(11) ? null : texts.Get(row.Bytes(11)),
                row.IsNull(13) ? null : texts.Get(row.Bytes(13)));
            ChainHash.ComputeDigest(scratch, chain.Salt, row.Json(4), names, row.Json(12), digest);
            return digest.AsSpan().SequenceEqual(chain.Digest)
                ? null
                : "the digest does not fit: the payload, the headers, the user, the correlation or the causation was changed";
        }

        private string? FindFaultOfErased(CopyRows row, ChainHeaders chain)
        {
            scratch.Clear();
            CanonicalJson.Write(row.Json(12), scratch, ChainHeaders.Names);
            return row.Json(4).SequenceEqual("{}"u8) && chain.Salt is null && row.IsNull(10) && row.IsNull(11) && row.IsNull(13) &&
                scratch.Written.SequenceEqual("de"u8)
                ? null
                : "it says that it was erased, but holds something";
        }
    }
}
