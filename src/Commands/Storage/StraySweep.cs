using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks for data in pools that belongs to no volume, and removes what interrupted work left.</summary>
internal sealed class StraySweep(StorageContext context)
{
    private const string DisposablePrefix = "disp";
    private const string RunSuffix = "-dirty.img";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Looks at a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="mends">Whether what interrupted work left is removed; what may be somebody's data never is.</param>
    /// <param name="ct">Ends it between two pieces.</param>
    internal async Task<PoolReport> LookAsync(Pool pool, bool mends, CancellationToken ct)
    {
        var report = new PoolReport(pool.Name, pool.Driver);
        try
        {
            var driver = context.Drivers.Of(pool);
            var found = await driver.FindStraysAsync(pool, Known(pool), ct).ConfigureAwait(false);
            if (!found.Any(stray => Judge(stray).IsLeftOver))
            {
                return report with { Strays = [.. found.Select(stray => new StrayFinding(stray))] };
            }

            // What work under way has beside a volume looks like what interrupted work left: so none may be under way.
            IReadOnlyList<StrayFinding> settled = [];
            var isQuiet = await context.Lanes.TryAloneAsync(
                async () => settled = await SettleAsync(driver, pool, mends, ct).ConfigureAwait(false), Patience, context.Time, ct).ConfigureAwait(false);
            return isQuiet
                ? report with { Strays = settled }
                : report with { IsBusy = true, Strays = [.. found.Where(stray => !Judge(stray).IsLeftOver).Select(stray => new StrayFinding(stray))] };
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            return report with { Fault = e.Message };
        }
    }

    private async Task<IReadOnlyList<StrayFinding>> SettleAsync(IVolumeDriver driver, Pool pool, bool mends, CancellationToken ct)
    {
        List<StrayFinding> settled = [];
        foreach (var stray in (await driver.FindStraysAsync(pool, Known(pool), ct).ConfigureAwait(false)).Select(Judge))
        {
            settled.Add(mends && stray.IsLeftOver ? await RemoveAsync(driver, pool, stray, ct).ConfigureAwait(false) : new StrayFinding(stray));
        }

        return settled;
    }

    // What a disposable wrote that is gone: it was to be dropped when it stopped, but the host ended before that.
    private StrayData Judge(StrayData stray) => stray.IsLeftOver || !IsOfDisposable(stray.Place) ? stray : stray with { IsLeftOver = true };

    private bool IsOfDisposable(string place) => place.Split('/') is ["appvms", var name, var file] && file.EndsWith(RunSuffix, StringComparison.Ordinal) &&
        name.StartsWith(DisposablePrefix, StringComparison.Ordinal) && name.Length is > 4 and <= 8 && name.AsSpan(4).ContainsAnyExceptInRange('0', '9') == false &&
        context.World.Find(name) is null;

    private async Task<StrayFinding> RemoveAsync(IVolumeDriver driver, Pool pool, StrayData stray, CancellationToken ct)
    {
        try
        {
            await driver.RemoveStrayAsync(pool, stray, Known(pool), ct).ConfigureAwait(false);
            return new StrayFinding(stray, IsMended: true);
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            return new StrayFinding(stray, Reason: e.Message);
        }
    }

    // A pool that lies in the same place holds volumes of its own there.
    private List<DriverVolume> Known(Pool pool)
    {
        var world = context.World;
        return [.. world.Pools.Where(other => IsSamePlace(pool, other)).SelectMany(other => DriverVolumes.In(world, other)).Select(volume => volume with { Pool = pool })];
    }

    private static bool IsSamePlace(Pool pool, Pool other) => pool.Name == other.Name ||
        (pool.Find(PoolDrivers.DirPath) is { } folder && other.Find(PoolDrivers.DirPath) is { } same && Path.TrimEndingDirectorySeparator(folder) == Path.TrimEndingDirectorySeparator(same));
}
