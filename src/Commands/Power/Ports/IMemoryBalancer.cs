namespace Qubes.Cqrs.Commands;

/// <summary>The memory balancer: makes room before a domain is created.</summary>
/// <remarks>Source: spec, lifecycle.md 7.</remarks>
public interface IMemoryBalancer
{
    /// <summary>Asks for memory; the balance is frozen until what is returned is disposed.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>The reservation; null when there is too little.</returns>
    /// <exception cref="IOException">The balancer cannot be reached: <c>Failed to connect to qmemman: …</c>.</exception>
    ValueTask<IAsyncDisposable?> ReserveAsync(long bytes, CancellationToken ct);

    /// <summary>Sets the balance of domains.</summary>
    /// <param name="targets">Numbers of domains with the bytes they shall have; 0 means as they like.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="IOException">The balancer cannot be reached.</exception>
    ValueTask SetAsync(IReadOnlyList<(int Xid, long Bytes)> targets, CancellationToken ct);

    /// <summary>The memory that is free for new domains, in bytes; null when nobody tells.</summary>
    ValueTask<long?> AvailableAsync(CancellationToken ct);
}
