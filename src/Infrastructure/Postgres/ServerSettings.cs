namespace Qubes.Cqrs.Infrastructure;

/// <summary>The settings that the embedded server always runs with: durable, small, local, and silent about what it stores.</summary>
internal static class ServerSettings
{
    /// <summary>The port, of which only the socket's name is left.</summary>
    public const int Port = 5432;

    /// <summary>The name of a setting and its value, in the form that the server's command line takes.</summary>
    public static IEnumerable<string> Arguments(string socketDirectory, string configurationDirectory, bool readOnly)
    {
        string[] settings =
        [
            // Reachable through the socket alone.
            "listen_addresses=",
            "port=5432",
            "unix_socket_directories=" + socketDirectory,
            "unix_socket_permissions=0700",
            "hba_file=" + Path.Combine(configurationDirectory, "pg_hba.conf"),
            "ident_file=" + Path.Combine(configurationDirectory, "pg_ident.conf"),

            // Durable.
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "restart_after_crash=on",

            // Small: one writer, a few readers.
            "max_connections=40",
            "shared_buffers=32MB",
            "wal_buffers=4MB",
            "min_wal_size=32MB",
            "max_wal_size=256MB",
            "checkpoint_timeout=15min",
            "max_worker_processes=2",
            "max_parallel_workers_per_gather=0",
            "max_logical_replication_workers=0",
            "max_wal_senders=2",
            "autovacuum_max_workers=1",
            "huge_pages=off",
            "jit=off",
            "timezone=UTC",

            // What users do must not show in a log file that nobody erases.
            "logging_collector=on",
            "log_directory=log",
            "log_filename=postgresql-%a.log",
            "log_rotation_age=1d",
            "log_rotation_size=0",
            "log_truncate_on_rotation=on",
            "log_timezone=UTC",
            "log_min_messages=warning",
            "log_min_error_statement=panic",
            "log_error_verbosity=terse",
            "log_checkpoints=off",
            "default_transaction_read_only=" + (readOnly ? "on" : "off"),
        ];
        return settings.SelectMany(setting => new[] { "-c", setting });
    }
}
