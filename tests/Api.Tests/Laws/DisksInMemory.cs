using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Disks that hold every pool whose folder has an absolute path, and nothing else.</summary>
internal sealed class DisksInMemory : IPoolHost
{
    /// <inheritdoc/>
    public ValueTask<PoolSetup> SetUpAsync(NewPool pool, CancellationToken ct) =>
        new(pool.Find(PoolDrivers.DirPath) is ['/', ..] ? PoolSetup.Done : new PoolSetup(PoolSetupOutcome.NoFolder));

    /// <inheritdoc/>
    public PoolFigures Measure(Pool pool) => new(new PoolCapacity(2, 1), pool.Find(PoolDrivers.DirPath), ["6.6.1-1.qubes"]);
}
