using System.Diagnostics;
using Npgsql;
using Qubes.Cqrs.Benchmarks.Hosts;

namespace Qubes.Cqrs.Benchmarks.History;

/// <summary>What a plain reader needs for the same rows.</summary>
public static class HistoryFloors
{
    /// <summary>Reads, for random positions, the newest snapshot up to it and the events after that, and does nothing with them; milliseconds each.</summary>
    public static async Task<double[]> AtAsync(PostgresServer server, long head, int count, CancellationToken ct)
    {
        await using var connection = await server.ConnectAsync(LogDatabase.Name);
        var random = new Random(2);
        var times = new double[count];
        for (var round = -20; round < count; round++)
        {
            var position = random.NextInt64(1, head + 1);
            var started = Stopwatch.GetTimestamp();
            var from = 0L;
            await using (var find = new NpgsqlCommand("select position, data from qubes.qubes_snapshots where position <= $1 order by position desc limit 1", connection))
            {
                find.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
                await using var snapshot = await find.ExecuteReaderAsync(ct);
                if (await snapshot.ReadAsync(ct))
                {
                    from = snapshot.GetInt64(0);
                    _ = snapshot.GetFieldValue<byte[]>(1);
                }
            }

            await using (var read = new NpgsqlCommand("select data::text, type from qubes.mt_events where seq_id > $1 and seq_id <= $2 order by seq_id", connection))
            {
                read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
                read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
                await using var rows = await read.ExecuteReaderAsync(ct);
                while (await rows.ReadAsync(ct))
                {
                    _ = rows.GetString(0);
                    _ = rows.GetString(1);
                }
            }

            if (round >= 0)
            {
                times[round] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        }

        return times;
    }
}
