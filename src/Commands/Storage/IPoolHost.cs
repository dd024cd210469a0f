using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What storage pools need of the host that holds them. Both may take as long as its disks do.</summary>
public interface IPoolHost
{
    /// <summary>Makes the pool's folders and checks that the host can hold it; a pool that it refuses leaves nothing behind.</summary>
    ValueTask<PoolSetup> SetUpAsync(NewPool pool, CancellationToken ct);

    /// <summary>Looks at the pool now.</summary>
    PoolFigures Measure(Pool pool);
}
