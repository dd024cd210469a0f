using System.Collections.Concurrent;
using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The driver <c>callback</c>: another driver, with programs of the administrator's called around its operations.</summary>
/// <param name="pools">The pools, and their callbacks.</param>
/// <param name="driverOf">The driver of a wrapped pool.</param>
/// <remarks>Source: spec, storage 10. A callback that fails before an operation prevents it; one that fails after it fails the operation, which may be repeated.</remarks>
public sealed class CallbackDriver(CallbackPools pools, Func<Pool, IVolumeDriver> driverOf) : IVolumeDriver
{
    // Whose area for new data was filled from which volume: another callback is told of it then. After a restart the data counts as imported.
    private readonly ConcurrentDictionary<(string Pool, string Vid), string> cloned = new();

    /// <inheritdoc/>
    public async ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct)
    {
        await pools.CallAsync(volume.Pool, "pre_volume_create", ct).ConfigureAwait(false);
        await Driver(volume, out var inner).CreateAsync(inner, mayExist, ct).ConfigureAwait(false);
        await pools.CallAsync(volume.Pool, "post_volume_create", ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).RemoveAsync(inner, ct).ConfigureAwait(false);
        cloned.TryRemove((volume.Pool.Name, volume.Vid), out _);
        await pools.CallAsync(volume.Pool, "post_volume_remove", ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).VerifyAsync(inner, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask StartAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.CallAsync(volume.Pool, "pre_volume_start", ct).ConfigureAwait(false);
        await Driver(volume, out var inner).StartAsync(inner, ct).ConfigureAwait(false);
        await pools.CallAsync(volume.Pool, "post_volume_start", ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask StopAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).StopAsync(inner, ct).ConfigureAwait(false);
        await pools.CallAsync(volume.Pool, "post_volume_stop", ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.CallAsync(volume.Pool, "pre_volume_export", ct).ConfigureAwait(false);
        return await Driver(volume, out var inner).ExportAsync(inner, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).EndExportAsync(inner, path, ct).ConfigureAwait(false);
        await pools.CallAsync(volume.Pool, "post_volume_export_end", ct, path).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        await pools.CallAsync(volume.Pool, "pre_volume_import_data", ct, Number(sizeBytes)).ConfigureAwait(false);
        cloned.TryRemove((volume.Pool.Name, volume.Vid), out _);
        return await Driver(volume, out var inner).PrepareImportAsync(inner, sizeBytes, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct)
    {
        await pools.CallAsync(volume.Pool, "pre_volume_import", ct, source.Vid).ConfigureAwait(false);
        if (!await Driver(volume, out var inner).PrepareCloneAsync(inner, pools.Inner(source), ct).ConfigureAwait(false))
        {
            return false;
        }

        cloned[(volume.Pool.Name, volume.Vid)] = source.Vid;
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        return await Driver(volume, out var inner).HasImportAsync(inner, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).CommitImportAsync(inner, ct).ConfigureAwait(false);
        if (cloned.TryGetValue((volume.Pool.Name, volume.Vid), out var source))
        {
            await pools.CallAsync(volume.Pool, "post_volume_import", ct, source).ConfigureAwait(false);
            cloned.TryRemove((volume.Pool.Name, volume.Vid), out _);
        }
        else
        {
            await pools.CallAsync(volume.Pool, "post_volume_import_data_end", ct, "True").ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).DiscardImportAsync(inner, ct).ConfigureAwait(false);
        if (!cloned.TryRemove((volume.Pool.Name, volume.Vid), out _))
        {
            await pools.CallAsync(volume.Pool, "post_volume_import_data_end", ct, "False").ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        await pools.CallAsync(volume.Pool, "pre_volume_resize", ct, Number(sizeBytes)).ConfigureAwait(false);
        await Driver(volume, out var inner).ResizeAsync(inner, sizeBytes, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).SnapshotAsync(inner, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        await Driver(volume, out var inner).RevertAsync(inner, revision, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct)
    {
        await pools.BeginAsync(volume.Pool, ct).ConfigureAwait(false);
        return await Driver(volume, out var inner).LookAsync(inner, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        await pools.BeginAsync(pool, ct).ConfigureAwait(false);
        var inner = pools.Inner(pool);
        return await driverOf(inner).FindStraysAsync(inner, Inner(known, pool), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        await pools.BeginAsync(pool, ct).ConfigureAwait(false);
        var inner = pools.Inner(pool);
        await driverOf(inner).RemoveStrayAsync(inner, stray, Inner(known, pool), ct).ConfigureAwait(false);
    }

    private List<DriverVolume> Inner(IReadOnlyCollection<DriverVolume> known, Pool pool) =>
        [.. known.Where(volume => volume.Pool.Name == pool.Name).Select(pools.Inner)];

    private IVolumeDriver Driver(DriverVolume volume, out DriverVolume inner)
    {
        inner = pools.Inner(volume);
        return driverOf(inner.Pool);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
