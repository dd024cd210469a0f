using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes proofs from the log, the stored tree and the newest checkpoint; reads O(log n) rows.</summary>
public sealed class LogProver
{
    private readonly LogDatabase database;

    internal LogProver(LogDatabase database) => this.database = database;

    /// <summary>Shows that an event is in the signed log.</summary>
    /// <param name="position">Which.</param>
    /// <param name="hashOnly">Whether the proof tells nothing of the event but its hash.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ProofException">No checkpoint covers it, or the log does not fit.</exception>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<EventProof> ProveAsync(LogPosition position, bool hashOnly, CancellationToken ct) => ProveAsync(position, hashOnly, null, ct);

    /// <summary>Shows that an event is in the log that a checkpoint covers.</summary>
    /// <param name="position">Which.</param>
    /// <param name="hashOnly">Whether the proof tells nothing of the event but its hash.</param>
    /// <param name="wanted">The checkpoint; null for the newest.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ProofException">The checkpoint does not cover it, or the log does not fit.</exception>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<EventProof> ProveAsync(LogPosition position, bool hashOnly, SignedCheckpoint? wanted, CancellationToken ct) => OnSnapshotAsync(
        async connection =>
        {
            if (wanted?.Checkpoint.Size < position.Value)
            {
                throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the checkpoint covers {wanted.Checkpoint.Size} events: position {position} came later"));
            }

            var checkpoint = wanted ?? await FindCheckpointAsync(connection, position.Value, ct);
            var size = checkpoint.Checkpoint.Size;
            var nodes = MerkleStore.Nodes(await MerkleStore.ReadAsync(connection, [position.Value - 1, size], ct));
            var evidence = await ReadAsync(connection, position.Value, hashOnly, ct);
            return EventProof.Of(evidence, position.Value - 1, MerklePath.Inclusion(position.Value - 1, size, nodes), checkpoint);
        },
        ct);

    /// <summary>Shows that the log continues what an older checkpoint covers.</summary>
    /// <exception cref="ProofException">It does not, or there is no newer checkpoint.</exception>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<ConsistencyProof> ProveAsync(SignedCheckpoint older, CancellationToken ct) => OnSnapshotAsync(
        async connection =>
        {
            var newer = await FindCheckpointAsync(connection, older.Checkpoint.Size, ct);
            var (from, to) = (older.Checkpoint.Size, newer.Checkpoint.Size);
            var nodes = MerkleStore.Nodes(await MerkleStore.ReadAsync(connection, [from, to], ct));
            return ConsistencyProof.Of(older, newer, MerklePath.Consistency(from, to, nodes));
        },
        ct);

    /// <summary>The newest checkpoint in the database; null when there is none.</summary>
    /// <exception cref="ProofException">It cannot be read.</exception>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<SignedCheckpoint?> FindNewestAsync(CancellationToken ct) => OnSnapshotAsync(
        async connection => await MerkleStore.ExistsAsync(connection, ct) ? await CheckpointTable.FindNewestAsync(connection, 0, ct) : null, ct);

    private static async Task<SignedCheckpoint> FindCheckpointAsync(NpgsqlConnection connection, long covering, CancellationToken ct)
    {
        if (await MerkleStore.ExistsAsync(connection, ct) && await CheckpointTable.FindNewestAsync(connection, covering, ct) is { } found)
        {
            return found;
        }

        throw new ProofException(string.Create(
            CultureInfo.InvariantCulture, $"no checkpoint covers position {covering} yet: the daemon makes one every now and then, and when it stops"));
    }

    private static async Task<EventEvidence> ReadAsync(NpgsqlConnection connection, long position, bool hashOnly, CancellationToken ct)
    {
        await using var rows = await CopyRows.OpenAsync(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"{EventColumns.Query} where seq_id >= {position - 1} and seq_id <= {position} order by seq_id"),
            EventColumns.Count,
            ct);
        var previous = ChainHash.Start.ToArray();
        EventEvidence? evidence = null;
        while (await rows.ReadAsync(ct))
        {
            var chain = ReadChain(rows);
            if (rows.Integer(EventColumns.Position) == position)
            {
                evidence = new EventEvidence { Position = position, Hash = chain.Hash, Frame = hashOnly ? null : FrameOf(rows, chain, previous) }.WithLine();
            }

            previous = chain.Hash;
        }

        return evidence is null
            ? throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the event at position {position} is missing: look with qubes-history verify"))
            : EventEvidence.Read(evidence.Line); // nobody shall get a proof that fails
    }

    private static ChainHeaders ReadChain(CopyRows rows)
    {
        try
        {
            return ChainHeaders.Read(rows.Json(EventColumns.Headers));
        }
        catch (JsonException e)
        {
            throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the event at position {rows.Integer(EventColumns.Position)} was changed: {e.Message}"), e);
        }
    }

    private static EventFrame FrameOf(CopyRows rows, ChainHeaders chain, byte[] previous) => new(
        previous, rows.Guid(EventColumns.Id), Text(rows, EventColumns.Stream) ?? "", rows.Integer(EventColumns.Version), rows.Microseconds(EventColumns.Time),
        Text(rows, EventColumns.Type) ?? "", Text(rows, EventColumns.ClrType) ?? "", chain.Retention, chain.Schema, chain.Digest,
        chain.Salt is null
            ? null
            : new EventContent(
                chain.Salt, Encoding.UTF8.GetString(rows.Json(EventColumns.Payload)), Text(rows, EventColumns.Correlation), Text(rows, EventColumns.Causation),
                Text(rows, EventColumns.User), NamesOf(rows.Json(EventColumns.Headers))));

    // The headers without the members of the chain.
    private static string NamesOf(ReadOnlySpan<byte> headers)
    {
        var names = new System.Buffers.ArrayBufferWriter<byte>();
        using var document = JsonDocument.Parse(headers.ToArray());
        using (var json = new Utf8JsonWriter(names))
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject().Where(member => !ChainHeaders.Names.Any(name => member.NameEquals(name))))
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(names.WrittenSpan);
    }

    private static string? Text(CopyRows rows, int column) => rows.IsNull(column) ? null : Encoding.UTF8.GetString(rows.Bytes(column));

    private async Task<T> OnSnapshotAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenPooledAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
            return await read(connection);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }
}
