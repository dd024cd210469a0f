namespace Qubes.Cqrs.Api;

/// <summary>How much is kept for clients of <c>qubes.cqrs.Changes</c>.</summary>
public sealed record StateChangesOptions
{
    /// <summary>Whether the log leaves disposables out: a position does not say then which of them there were.</summary>
    public bool ForgetsDisposables { get; init; }

    /// <summary>The most clients at a time; more are refused.</summary>
    public int Followers { get; init; } = 256;

    /// <summary>The most states that are kept in memory for clients that come back.</summary>
    public int States { get; init; } = 1024;

    /// <summary>About the most bytes that these states may hold in memory beyond the current one.</summary>
    public long StatesBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The least time between two events of a client; changes that come faster share one.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(20);
}
