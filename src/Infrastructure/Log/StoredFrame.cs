namespace Qubes.Cqrs.Infrastructure;

/// <summary>What the chain hash holds of an event beside its digest, in the bytes of its row.</summary>
/// <remarks>The same as <see cref="ChainFrame"/>, without an object for any text.</remarks>
internal readonly ref struct StoredFrame
{
    /// <summary>Its place in the log.</summary>
    public required long Position { get; init; }

    /// <summary>Its own id, in the order of its text.</summary>
    public required ReadOnlySpan<byte> Id { get; init; }

    /// <summary>Its stream.</summary>
    public required ReadOnlySpan<byte> Stream { get; init; }

    /// <summary>Its place in the stream.</summary>
    public required long Version { get; init; }

    /// <summary>Its time since 1970 (UTC).</summary>
    public required long Microseconds { get; init; }

    /// <summary>Its alias.</summary>
    public required ReadOnlySpan<byte> Type { get; init; }

    /// <summary>The .NET type that was stored with it.</summary>
    public required ReadOnlySpan<byte> ClrType { get; init; }

    /// <summary>Its retention class.</summary>
    public required ReadOnlySpan<byte> Retention { get; init; }

    /// <summary>The version of the rules.</summary>
    public required int Schema { get; init; }
}
