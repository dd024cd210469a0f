using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The memory balancer of a simulated host: refuses what is above a limit.</summary>
/// <param name="description">Knows the limit.</param>
public sealed class SimulatedMemoryBalancer(HostDescription description) : IMemoryBalancer
{
    private const long MiB = 1L << 20;

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable?> ReserveAsync(long bytes, CancellationToken ct) =>
        ValueTask.FromResult<IAsyncDisposable?>(bytes > Limit ? null : new Reservation());

    /// <inheritdoc/>
    public ValueTask SetAsync(IReadOnlyList<(int Xid, long Bytes)> targets, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<long?> AvailableAsync(CancellationToken ct) => ValueTask.FromResult<long?>(null);

    private long Limit => description.MemoryBalancerLimitMiB is { } limit ? limit * MiB : long.MaxValue;

    private sealed class Reservation : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
