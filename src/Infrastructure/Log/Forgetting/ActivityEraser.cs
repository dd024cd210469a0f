using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Erases old events of the activity class, a few at a time, so that writes do not notice.</summary>
/// <remarks>What stays, so that later states remain what they are: <see cref="ActivityRetention"/>. docs/forget.md.</remarks>
public sealed class ActivityEraser
{
    private const int BatchLength = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly LogDatabase database;
    private readonly PostgresEventReader reader;
    private readonly EventSearch search;
    private readonly SnapshotStore snapshots;
    private readonly EventEraser eraser;

    internal ActivityEraser(LogDatabase database, PostgresEventReader reader, EventSearch search, SnapshotStore snapshots, EventEraser eraser) =>
        (this.database, this.reader, this.search, this.snapshots, this.eraser) = (database, reader, search, snapshots, eraser);

    /// <summary>Erases what can go of the activity before a time; returns how many events that were.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<long> EraseAsync(DateTimeOffset before, CancellationToken ct)
    {
        try
        {
            var limit = await search.AtTimeAsync(before.AddMicroseconds(-1), ct);
            var entries = limit == LogPosition.Start ? [] : await ReadAsync(limit, ct);
            if (entries.Count == 0)
            {
                return 0;
            }

            var old = ActivityRetention.Erasable(entries, await WorldReplay.AtAsync(reader, snapshots, limit, ct));
            if (old.Count == 0)
            {
                return 0;
            }

            await snapshots.DropBetweenAsync(old[0], limit, ct);
            var count = 0L;
            foreach (var batch in old.Chunk(BatchLength))
            {
                count += await eraser.EraseRowsAsync(batch, ct);
                await Task.Delay(Pause, ct);
            }

            await snapshots.DropBetweenAsync(old[0], limit, ct); // one that was made meanwhile
            return count;
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    private async Task<List<ActivityEntry>> ReadAsync(LogPosition limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select seq_id, stream_id, type, data ->> 'Run', data -> 'Was' ->> 'Id', data -> 'Is' ->> 'Id'
            from qubes.mt_events where seq_id <= $1 and headers ->> 'Retention' = 'Activity' and not (headers ? 'Erased') order by seq_id
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit.Value });
        var entries = new List<ActivityEntry>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (new StreamName(rows.GetString(1)).Qube is { } qube)
            {
                var runs = new[] { 3, 4, 5 }.Where(column => !rows.IsDBNull(column)).Select(rows.GetString);
                entries.Add(new ActivityEntry(new LogPosition(rows.GetInt64(0)), qube, rows.GetString(2), [.. runs]));
            }
        }

        return entries;
    }
}
