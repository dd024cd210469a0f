namespace Qubes.Cqrs.Commands;

/// <summary>How the writer loop works.</summary>
public sealed record WriterOptions
{
    /// <summary>The most commands that may wait; more are refused.</summary>
    public int QueueLength { get; init; } = 4096;

    /// <summary>The most commands in one transaction.</summary>
    public int BatchLength { get; init; } = 512;

    /// <summary>How long to wait for more commands before a transaction while others are under way.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>How long callers wait to learn what became of a commit whose outcome is unknown.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause between two attempts to reach the log again.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
