using System.Diagnostics;
using Npgsql;
using Qubes.Cqrs.Benchmarks.Hosts;

namespace Qubes.Cqrs.Benchmarks.Replay;

/// <summary>Reads the columns that a replay needs, in order and in one pass, and does nothing with them.</summary>
public static class RawRead
{
    private const string Query =
        "select seq_id, id, stream_id, version, data::text, type, timestamp, correlation_id, causation_id, headers::text, user_name"
        + " from qubes.mt_events order by seq_id";

    private static readonly int[] Texts = [2, 4, 5, 7, 8, 9, 10];

    /// <summary>Reads the whole log once.</summary>
    public static async Task<Pass> RunAsync(PostgresServer server, CancellationToken ct)
    {
        await using var connection = await server.ConnectAsync(LogDatabase.Name);
        await using var command = new NpgsqlCommand(Query, connection);
        var started = Stopwatch.GetTimestamp();
        var events = await Task.Factory.StartNew(
            () => Read(command, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new(events, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static long Read(NpgsqlCommand command, CancellationToken ct)
    {
        using var reader = command.ExecuteReader();
        long events = 0;
        long position = 0;
        while (reader.Read())
        {
            ct.ThrowIfCancellationRequested();
            position = reader.GetInt64(0);
            _ = reader.GetGuid(1);
            _ = reader.GetInt64(3);
            _ = reader.GetDateTime(6);
            foreach (var column in Texts)
            {
                if (!reader.IsDBNull(column))
                    _ = reader.GetString(column);
            }
            events++;
        }
        return position == events ? events : throw new BenchmarkException($"The log has {events} events but ends at {position}.");
    }
}
