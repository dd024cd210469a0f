namespace Qubes.Cqrs.Infrastructure;

/// <summary>Which log to open and how: a server by its connection string, or the embedded one.</summary>
public sealed record LogOptions
{
    /// <summary>A server of the administrator's; null uses <see cref="Embedded"/>. The role must own the database.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The server of our own, when there is no <see cref="ConnectionString"/>.</summary>
    public EmbeddedPostgresOptions? Embedded { get; init; }

    /// <summary>The file that holds the newest snapshot; null for none.</summary>
    public string? SnapshotFile { get; init; }

    /// <summary>The file that notes an erasure which is under way; null when this process never erases.</summary>
    public string? ForgettingFile { get; init; }

    /// <summary>How many events lie between two snapshots that are kept for ever, unless snapshots are so large that it has to be more.</summary>
    public int SnapshotEvery { get; init; } = 1000;

    /// <summary>Opens the log for reading only: no lock, no migration, no appender.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the embedded server is stopped together with the log, rather than left for the next start.</summary>
    public bool StopServerOnClose { get; init; } = true;

    /// <summary>How long one attempt to connect may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one statement may take before its outcome counts as unknown.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait for the session of a predecessor to end.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long opening goes on trying while the server starts or stops.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Readers of old aliases.</summary>
    public IReadOnlyList<IUpcaster> Upcasters { get; init; } = [];

    /// <summary>The crash tests' seam; null in production.</summary>
    public IFaultPoints? Faults { get; init; }
}
