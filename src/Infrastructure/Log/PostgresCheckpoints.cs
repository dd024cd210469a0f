using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps checkpoints in <c>mt_event_progression</c>, where Marten keeps its own: names like <c>QubesXml:All</c>.</summary>
public sealed class PostgresCheckpoints : ICheckpoints
{
    private static readonly string[] Reserved = ["HighWaterMark", "HighWaterAllocationFence", "HighWaterStuckGap"];
    private readonly LogDatabase database;

    internal PostgresCheckpoints(LogDatabase database) => this.database = database;

    /// <inheritdoc/>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<LogPosition> FindAsync(string view, CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("select last_seq_id from qubes.mt_event_progression where name = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view });
            return await command.ExecuteScalarAsync(ct) is long position ? new LogPosition(position) : LogPosition.Start;
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<bool> AdvanceAsync(string view, LogPosition from, LogPosition to, CancellationToken ct)
    {
        if (Reserved.Contains(view, StringComparer.Ordinal))
        {
            throw new ArgumentException($"{view} is a name of Marten's own", nameof(view));
        }

        try
        {
            await using var command = database.CreateCommand(from == LogPosition.Start
                ? "insert into qubes.mt_event_progression as known (name, last_seq_id, last_updated) values ($1, $3, now()) " +
                  "on conflict on constraint pk_mt_event_progression do update set last_seq_id = $3, last_updated = now() where known.last_seq_id = $2"
                : "update qubes.mt_event_progression set last_seq_id = $3, last_updated = now() where name = $1 and last_seq_id = $2");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from.Value });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to.Value });
            return await command.ExecuteNonQueryAsync(ct) == 1;
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }
}
