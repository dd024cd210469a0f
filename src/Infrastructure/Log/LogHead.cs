namespace Qubes.Cqrs.Infrastructure;

/// <summary>The end of the log, which the next event follows.</summary>
/// <param name="Position">The last event's position; 0 when there is none.</param>
/// <param name="Hash">Its chain hash.</param>
/// <param name="Microseconds">Its time since 1970 (UTC).</param>
internal readonly record struct LogHead(long Position, byte[] Hash, long Microseconds)
{
    /// <summary>Before the first event.</summary>
    public static LogHead Start => new(0, ChainHash.Start.ToArray(), long.MinValue);

    /// <summary>Whether both are the same end of the same history.</summary>
    public bool IsSame(LogHead other) => Position == other.Position && Hash.AsSpan().SequenceEqual(other.Hash);
}
