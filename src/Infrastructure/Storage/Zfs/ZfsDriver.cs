using System.Collections.Concurrent;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The driver <c>zfs</c>: volumes are volumes of ZFS, whose committed state is their newest clean snapshot.</summary>
/// <remarks>Source: spec, storage 2 to 4 and 8. A volume that takes over imported data begins its revisions anew: they are snapshots of the dataset that it replaced.</remarks>
public sealed class ZfsDriver : IVolumeDriver
{
    private readonly ZfsCommands zfs;
    private readonly ZfsChanges changes;

    // Clones that somebody reads from; the value does not matter.
    private readonly ConcurrentDictionary<string, bool> exported = new(StringComparer.Ordinal);

    /// <summary>Creates the driver; one serves every pool of the host.</summary>
    /// <param name="tools">Runs ZFS's commands.</param>
    /// <param name="time">The time, which revisions are named by.</param>
    public ZfsDriver(StorageTools tools, TimeProvider time)
    {
        zfs = new ZfsCommands(tools);
        changes = new ZfsChanges(zfs, time);
    }

    /// <summary>Makes the container of a new pool, where there is none.</summary>
    /// <exception cref="StorageRefusedException">It cannot be a dataset, or cannot be made.</exception>
    public async ValueTask SetUpAsync(string container, CancellationToken ct)
    {
        if (!ZfsVolume.IsDataset(container))
        {
            throw new StorageRefusedException($"Not the name of a dataset: {PythonText.Repr(container)}");
        }

        if (!await zfs.HasAsync(container, ct).ConfigureAwait(false))
        {
            await zfs.CreateContainerAsync(container, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct)
    {
        var names = Checked(volume);
        if (!volume.Config.SaveOnStop)
        {
            return;
        }

        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Has(names.Dataset) && !mayExist)
        {
            throw new StorageRefusedException($"Volume {volume.Vid} already exists");
        }

        if (!rows.Has(names.Dataset))
        {
            await zfs.CreateAsync(names.Dataset, volume.Config.SizeBytes, ct).ConfigureAwait(false);
        }

        if (!rows.CleanOf(names.Dataset).Any() && rows.Find(names.Dataset) is not { IsDirty: true })
        {
            await changes.KeepRevisionAsync(names.Dataset, ZfsVolume.AfterCreate, ct).ConfigureAwait(false);
            await changes.KeepCleanAsync(names.Dataset, ct).ConfigureAwait(false);
            await changes.PruneAsync(names, volume.Config.RevisionsToKeep, 1, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        var rows = await zfs.ListAsync(names.Container, ct).ConfigureAwait(false);
        foreach (var dataset in rows.Beginning(names.Exported).Concat(rows.Beginning(names.Replaced)).Append(names.Importing).Append(names.Dataset))
        {
            await changes.RemoveAsync(names, dataset, ct).ConfigureAwait(false);
        }

        var parent = names.Dataset[..names.Dataset.LastIndexOf('/')];
        rows = await zfs.ListAsync(names.Container, ct).ConfigureAwait(false);
        if (rows.Has(parent) && !rows.Beginning(parent + "/").Any())
        {
            await zfs.DestroyAsync(parent, rows, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct) => VolumeRefusals.RequireCommittedAsync(this, volume, ct);

    /// <inheritdoc/>
    public async ValueTask StartAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = Checked(volume);
        if (volume.Config.SaveOnStop)
        {
            await StartSavedAsync(volume, names, ct).ConfigureAwait(false);
        }
        else if (volume.Config.SnapOnStart)
        {
            var source = VolumeRefusals.SourceOf(volume);
            if ((await zfs.ListAsync(names.Container, ct).ConfigureAwait(false)).Find(names.Dataset) is not { IsDirty: true })
            {
                await changes.RemoveAsync(names, names.Dataset, ct).ConfigureAwait(false);
                await zfs.CloneAsync(await changes.CleanAsync(ZfsVolume.Of(source), ct).ConfigureAwait(false), names.Dataset, ct).ConfigureAwait(false);
            }
        }
        else
        {
            await changes.RemoveAsync(names, names.Dataset, ct).ConfigureAwait(false);
            await zfs.CreateAsync(names.Dataset, volume.Config.SizeBytes, ct).ConfigureAwait(false);
        }

        await zfs.SetAsync(names.Dataset, ct, $"readonly={(volume.Config.Rw ? "off" : "on")}", ZfsRow.Dirty + "=on").ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask StopAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = Checked(volume);
        if (volume.Config.SaveOnStop)
        {
            await StopSavedAsync(volume, names, ct).ConfigureAwait(false);
        }
        else if (volume.Config.SnapOnStart && volume.Pool.Find("snap_on_start_forensics") == "True")
        {
            if ((await zfs.ListAsync(names.Container, ct).ConfigureAwait(false)).Find(names.Dataset) is { IsDirty: true })
            {
                await zfs.SetAsync(names.Dataset, ct, ZfsRow.Dirty + "=off").ConfigureAwait(false);
            }
        }
        else
        {
            await changes.RemoveAsync(names, names.Dataset, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        if (!volume.Config.SaveOnStop)
        {
            throw VolumeRefusals.Missing(volume);
        }

        var clean = await changes.CleanAsync(names, ct).ConfigureAwait(false);
        var clone = ZfsCommands.Unique(names.Exported);
        exported[clone] = true;
        try
        {
            await zfs.CloneAsync(clean, clone, ct).ConfigureAwait(false);
            await zfs.SetAsync(clone, ct, "readonly=on").ConfigureAwait(false);
        }
        catch
        {
            exported.TryRemove(clone, out _);
            throw;
        }

        return ZfsVolume.Device(clone);
    }

    /// <inheritdoc/>
    public async ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        var clone = (await zfs.ListAsync(names.Container, ct).ConfigureAwait(false)).Beginning(names.Exported).FirstOrDefault(name => ZfsVolume.Device(name) == path);
        if (clone is not null)
        {
            await changes.RemoveAsync(names, clone, ct).ConfigureAwait(false);
            exported.TryRemove(clone, out _);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        var names = await ForImportAsync(volume, ct).ConfigureAwait(false);
        var container = (await zfs.ListAsync(names.Container, ct).ConfigureAwait(false)).Find(names.Container);
        if (container is not null && container.FreeBytes < sizeBytes)
        {
            throw new StorageRefusedException($"Not enough space in {names.Container}: {sizeBytes} bytes are needed, {container.FreeBytes} are free");
        }

        await zfs.CreateAsync(names.Importing, sizeBytes, ct).ConfigureAwait(false);
        return ZfsVolume.Device(names.Importing);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct)
    {
        Saved(volume);
        if (source.Pool.Driver != PoolDrivers.Zfs || ZfsVolume.OfPool(source.Pool) != ZfsVolume.OfPool(volume.Pool) || !source.Config.SaveOnStop)
        {
            return false;
        }

        var names = await ForImportAsync(volume, ct).ConfigureAwait(false);
        await zfs.CloneAsync(await changes.CleanAsync(ZfsVolume.Of(source), ct).ConfigureAwait(false), names.Importing, ct).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        return (await zfs.ListAsync(names.Container, ct).ConfigureAwait(false)).Has(names.Importing);
    }

    /// <inheritdoc/>
    public ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct) => changes.CommitAsync(Saved(volume), volume.Config, ct);

    /// <inheritdoc/>
    public async ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        await changes.MendAsync(names, ct).ConfigureAwait(false);
        await changes.RemoveAsync(names, names.Importing, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        VolumeRefusals.RequireWritable(volume);

        var row = (await changes.MendAsync(names, ct).ConfigureAwait(false)).Find(names.Dataset);
        if (row is null && volume.Config.SaveOnStop)
        {
            throw VolumeRefusals.Missing(volume);
        }

        if (row is not null && row.SizeBytes != ZfsCommands.Rounded(sizeBytes))
        {
            await zfs.ResizeAsync(names.Dataset, sizeBytes, ct).ConfigureAwait(false);
        }

        if (row is { IsDirty: false } && volume.Config.SaveOnStop)
        {
            await changes.KeepCleanAsync(names.Dataset, ct).ConfigureAwait(false); // what is cloned from it has the new size, too
            await changes.PruneAsync(names, volume.Config.RevisionsToKeep, 1, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = Checked(volume);
        VolumeRefusals.RequireRevisions(volume);

        await changes.CleanAsync(names, ct).ConfigureAwait(false); // refuses where there is nothing to keep
        if ((await zfs.ListAsync(names.Container, ct).ConfigureAwait(false)).Find(names.Dataset) is { IsDirty: true })
        {
            throw new StorageRefusedException($"Cannot keep a revision of dirty volume {volume.Vid}, stop the qube first");
        }

        await changes.KeepRevisionAsync(names.Dataset, ZfsVolume.Requested, ct).ConfigureAwait(false);
        await changes.PruneAsync(names, volume.Config.RevisionsToKeep, 1, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct)
    {
        var names = Saved(volume);
        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Find(names.Dataset) is { IsDirty: true })
        {
            throw new StorageRefusedException($"Cannot revert dirty volume {volume.Vid}, stop the qube first");
        }

        if (ZfsVolume.FindRevision(revision) is null)
        {
            throw new RevisionNotFoundException(volume.Vid, revision);
        }

        if (rows.RevisionsOf(names.Dataset).Any(known => known.Name == revision))
        {
            // The revision goes last: as long as it is there, all of this can be done again.
            await zfs.RollBackAsync($"{names.Dataset}@{revision}", ct).ConfigureAwait(false);
            await changes.KeepCleanAsync(names.Dataset, ct).ConfigureAwait(false);
            await changes.PruneAsync(names, long.MaxValue, 1, ct).ConfigureAwait(false);
            await zfs.DropSnapshotAsync($"{names.Dataset}@{revision}", ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = ZfsVolume.Of(volume);
        var rows = await zfs.ListAsync(names.Container, ct).ConfigureAwait(false);
        var isMoving = rows.Has(names.Importing) && rows.Beginning(names.Replaced).Any();
        var row = rows.Find(names.Dataset) ?? (isMoving ? rows.Find(names.Importing) : null);
        return new VolumeCondition(
            row is not null || !volume.Config.SaveOnStop, row is { IsDirty: true }, row?.UsageBytes ?? 0, rows.RevisionsOf(row?.Name ?? names.Dataset));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        var container = ZfsVolume.OfPool(pool);
        var rows = await zfs.ListAsync(container, ct).ConfigureAwait(false);
        return [.. ZfsStrays.Find(container, rows, [.. known.Where(volume => volume.Pool.Name == pool.Name).Select(ZfsVolume.Of)], exported.ContainsKey)];
    }

    /// <inheritdoc/>
    public async ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        VolumeRefusals.RequireStray(await FindStraysAsync(pool, known, ct).ConfigureAwait(false), stray);

        await changes.RemoveAsync(new ZfsVolume(ZfsVolume.OfPool(pool), stray.Place), stray.Place, ct).ConfigureAwait(false);
    }

    private async ValueTask StartSavedAsync(DriverVolume volume, ZfsVolume names, CancellationToken ct)
    {
        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Has(names.Importing))
        {
            throw new StorageRefusedException($"Import operation in progress on {volume.Vid}");
        }

        if (rows.Find(names.Dataset) is not { IsDirty: true })
        {
            await changes.CleanAsync(names, ct).ConfigureAwait(false);
            var keep = volume.Config.RevisionsToKeep;
            if (keep > 0)
            {
                await changes.KeepRevisionAsync(names.Dataset, ZfsVolume.BeforeStart, ct).ConfigureAwait(false);
            }

            await changes.PruneAsync(names, keep, keep == -1 ? 0 : 1, ct).ConfigureAwait(false); // -1: nothing is kept while it is written to
        }
    }

    private async ValueTask StopSavedAsync(DriverVolume volume, ZfsVolume names, CancellationToken ct)
    {
        if ((await changes.MendAsync(names, ct).ConfigureAwait(false)).Find(names.Dataset) is { IsDirty: true })
        {
            await changes.KeepCleanAsync(names.Dataset, ct).ConfigureAwait(false);
            await zfs.SetAsync(names.Dataset, ct, ZfsRow.Dirty + "=off").ConfigureAwait(false);
        }

        await changes.PruneAsync(names, volume.Config.RevisionsToKeep, 1, ct).ConfigureAwait(false);
    }

    private async ValueTask<ZfsVolume> ForImportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = Saved(volume);
        if ((await changes.MendAsync(names, ct).ConfigureAwait(false)).Find(names.Dataset) is { IsDirty: true })
        {
            throw new StorageRefusedException($"Cannot import data to dirty volume {volume.Vid} - stop the qube using it first");
        }

        await changes.RemoveAsync(names, names.Importing, ct).ConfigureAwait(false);
        return names;
    }

    private static ZfsVolume Saved(DriverVolume volume) => Checked(VolumeRefusals.Saved(volume));

    private static ZfsVolume Checked(DriverVolume volume) => volume.Config is { SaveOnStop: true, SnapOnStart: true }
        ? throw new StorageRefusedException($"Volume {volume.Vid} cannot have both snap_on_start and save_on_stop in a zfs pool")
        : ZfsVolume.Of(volume);
}
