namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>The server settings that durable figures depend on.</summary>
public static class PostgresFacts
{
    private static readonly string[] Settings =
        ["server_version", "fsync", "synchronous_commit", "wal_sync_method", "full_page_writes", "commit_delay", "shared_buffers"];

    /// <summary>Reads them as a new session of the log's database sees them, without our own wish for durable commits.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(PostgresServer server, CancellationToken ct)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Settings)
        {
            facts[name] = await server.ScalarAsync<string>(
                LogDatabase.Name, $"select reset_val from pg_settings where name = '{name}'", ct);
        }
        return facts;
    }
}
