using Npgsql;
using NpgsqlTypes;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Erases what events hold: payload, names and salt. Their places, digests and hashes stay, so the chain still verifies.</summary>
public sealed class EventEraser
{
    private readonly LogDatabase database;
    private readonly SnapshotStore snapshots;

    internal EventEraser(LogDatabase database, SnapshotStore snapshots) => (this.database, this.snapshots) = (database, snapshots);

    /// <summary>Erases events, and the snapshots that hold what they changed; returns how many were not erased before.</summary>
    /// <remarks>Old versions of the rows lie on the disk until PostgreSQL has vacuumed the table and used the space and its journal again.</remarks>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<long> EraseAsync(IReadOnlyCollection<LogPosition> positions, CancellationToken ct)
    {
        if (positions.Count == 0)
        {
            return 0;
        }

        try
        {
            var first = positions.Min();
            await snapshots.DropFromAsync(first, ct);
            var count = await EraseRowsAsync(positions, ct);
            await snapshots.DropFromAsync(first, ct); // one that was made meanwhile
            return count;
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Erases rows; the snapshots are the caller's matter.</summary>
    internal async Task<long> EraseRowsAsync(IEnumerable<LogPosition> positions, CancellationToken ct)
    {
        await using var erase = database.CreateCommand("""
            update qubes.mt_events
            set data = '{}', correlation_id = null, causation_id = null, user_name = null,
                headers = jsonb_build_object(
                    'Digest', headers -> 'Digest', 'Hash', headers -> 'Hash', 'Retention', headers -> 'Retention', 'Schema', headers -> 'Schema', 'Erased', true)
            where seq_id = any ($1) and not (headers ? 'Erased')
            """);
        erase.Parameters.Add(new NpgsqlParameter<long[]>
        {
            TypedValue = [.. positions.Select(position => position.Value)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        });
        erase.CommandTimeout = 0;
        return await erase.ExecuteNonQueryAsync(ct);
    }
}
