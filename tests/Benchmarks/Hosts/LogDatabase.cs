namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>What the benchmarks need to know of the event log itself.</summary>
public static class LogDatabase
{
    /// <summary>The database that holds the log.</summary>
    public const string Name = "qubes";

    /// <summary>How many events the log holds: positions are dense.</summary>
    public static Task<long> CountEventsAsync(PostgresServer server, CancellationToken ct) =>
        server.ScalarAsync<long>(Name, "select coalesce(max(seq_id), 0)::bigint from qubes.mt_events", ct);
}
