namespace Qubes.Cqrs.Api;

/// <summary>How much a subscriber may leave unread before it is disconnected.</summary>
public sealed record EventHubOptions
{
    /// <summary>The most messages that wait for one subscriber (<c>events.queue</c>).</summary>
    public int QueueMessages { get; init; } = 4096;

    /// <summary>The most bytes that wait for one subscriber.</summary>
    public int QueueBytes { get; init; } = 4 * 1024 * 1024;
}
