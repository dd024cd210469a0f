using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Copies the beginning of a log into an empty one, row by row as it is: hashes, salts and times stay, so its chain verifies.</summary>
internal static class LogFork
{
    private const string EventColumns =
        "seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived";

    private const string StreamColumns = "id, type, version, timestamp, created, tenant_id, is_archived";

    /// <summary>Copies everything up to a position.</summary>
    /// <param name="from">The log.</param>
    /// <param name="to">The empty log, its tables made.</param>
    /// <param name="upTo">The last position that is copied.</param>
    /// <param name="ct">Ends it; nothing is copied then.</param>
    /// <exception cref="EventLogUnavailableException">One of the servers cannot be reached or used.</exception>
    public static async Task CopyAsync(LogDatabase from, LogDatabase to, LogPosition upTo, CancellationToken ct)
    {
        try
        {
            await using var source = await from.OpenOwnAsync(ct);
            await using var reading = await source.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
            await using var target = await to.OpenOwnAsync(ct);
            await using var writing = await target.BeginTransactionAsync(ct);

            // A stream's row as it was then: its last version and time up to that position.
            await CopyAsync(
                source,
                $"""
                select stream.id, stream.type, max(event.version), max(event.timestamp), min(event.timestamp), stream.tenant_id, stream.is_archived
                from qubes.mt_streams as stream join qubes.mt_events as event on event.stream_id = stream.id
                where event.seq_id <= {upTo} group by stream.id, stream.type, stream.tenant_id, stream.is_archived
                """,
                target,
                $"qubes.mt_streams ({StreamColumns})",
                ct);
            await CopyAsync(
                source, $"select {EventColumns} from qubes.mt_events where seq_id <= {upTo} order by seq_id", target, $"qubes.mt_events ({EventColumns})", ct);
            if (upTo > LogPosition.Start)
            {
                await using var move = new NpgsqlCommand("select setval('qubes.mt_events_sequence', $1)", target);
                move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo.Value });
                await move.ExecuteNonQueryAsync(ct);
            }

            await writing.CommitAsync(ct);
            await using var analyze = new NpgsqlCommand("analyze qubes.mt_events, qubes.mt_streams", target);
            await analyze.ExecuteNonQueryAsync(ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private static async Task CopyAsync(NpgsqlConnection source, string query, NpgsqlConnection target, string table, CancellationToken ct)
    {
        await using var rows = await source.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)", ct);
        await using var copy = await target.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)", ct);
        await rows.CopyToAsync(copy, ct);
    }
}
