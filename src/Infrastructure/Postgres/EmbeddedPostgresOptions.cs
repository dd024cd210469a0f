namespace Qubes.Cqrs.Infrastructure;

/// <summary>Where the embedded PostgreSQL lives and how it runs.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The folder that holds the cluster and what belongs to it; made when missing.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The folder below which the folder of the socket is made; short, since a socket's path holds 107 bytes.</summary>
    public string RuntimeDirectory { get; init; } = "/run";

    /// <summary>The folder of the server's programs; null looks at the usual places.</summary>
    public string? BinariesDirectory { get; init; }

    /// <summary>The account to run as when we are root; null takes <c>qubes-log</c>, else <c>postgres</c>.</summary>
    public string? Account { get; init; }

    /// <summary>Starts the server so that sessions are read-only unless they ask for more.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether a new cluster is written through to the disk; only tests do without.</summary>
    public bool SyncNewCluster { get; init; } = true;

    /// <summary>How long a start may take; recovery after a crash is part of it.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a fast stop may take before the server is stopped at once (and recovers at its next start).</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The cluster's folder.</summary>
    public string DataDirectory => Path.Combine(Path.GetFullPath(StateDirectory), "postgres");
}
