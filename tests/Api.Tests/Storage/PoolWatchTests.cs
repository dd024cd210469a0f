using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public sealed class PoolWatchTests
{
    [Fact]
    public async Task More_pools_than_are_looked_at_at_once_are_all_looked_at()
    {
        var pools = Enumerable.Range(0, 30).Select(number => new Pool($"p{number}", PoolDrivers.File, [])).ToEquatableArray();
        using var disks = new WaitingDisks();
        var watch = new PoolWatch(disks, () => World.Empty with { Pools = pools }, NullLogger.Instance);

        var refresh = watch.RefreshAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        disks.Answer();
        await refresh;

        Assert.All(pools, pool => Assert.Equal(WaitingDisks.Figures, watch.Find(pool)));
    }

    // Disks that answer nobody before they may.
    private sealed class WaitingDisks : IPoolHost, IDisposable
    {
        public static readonly PoolFigures Figures = new(new PoolCapacity(2, 1), null, []);

        private readonly ManualResetEventSlim gate = new();

        public void Answer() => gate.Set();

        public ValueTask<PoolSetup> SetUpAsync(NewPool pool, CancellationToken ct) => new(PoolSetup.Done);

        public PoolFigures Measure(Pool pool)
        {
            gate.Wait();
            return Figures;
        }

        public void Dispose() => gate.Dispose();
    }
}
