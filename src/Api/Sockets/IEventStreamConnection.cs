namespace Qubes.Cqrs.Api;

/// <summary>A connection that stays open for messages.</summary>
public interface IEventStreamConnection
{
    /// <summary>Triggered when the client closes its end or the daemon stops.</summary>
    CancellationToken Disconnected { get; }

    /// <summary>Sends prepared messages; completes when the system has taken them, so it waits for a client that does not read.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, or <paramref name="ct"/> was triggered; nothing more can be sent then.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> messages, CancellationToken ct);
}
