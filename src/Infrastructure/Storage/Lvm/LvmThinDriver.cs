using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The driver <c>lvm_thin</c>: volumes are thin volumes of LVM, which share their blocks.</summary>
/// <remarks>Source: spec, storage 2 to 4 and 7. One instance serves every pool of the host.</remarks>
public sealed class LvmThinDriver : IVolumeDriver, IDisposable
{
    private readonly LvmTable table;
    private readonly LvmCommands lvm;
    private readonly LvmChanges changes;

    /// <summary>Creates the driver.</summary>
    /// <param name="tools">Runs LVM's commands.</param>
    /// <param name="time">The time, which revisions are named by.</param>
    public LvmThinDriver(StorageTools tools, TimeProvider time)
    {
        table = new LvmTable(tools, time);
        lvm = new LvmCommands(tools, table);
        changes = new LvmChanges(table, lvm, time);
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct)
    {
        var names = Checked(volume);
        if (!volume.Config.SaveOnStop)
        {
            return;
        }

        if (!(await changes.MendAsync(names, ct).ConfigureAwait(false)).Has(names, names.Name))
        {
            await lvm.CreateAsync(names, names.Name, volume.Config.SizeBytes, ct).ConfigureAwait(false);
        }
        else if (!mayExist)
        {
            throw new StorageRefusedException($"Volume {volume.Vid} already exists");
        }
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct)
    {
        // The committed state goes last, so that what is left of an interrupted removal still is this volume.
        var names = LvmVolume.Of(volume);
        var rows = await table.ReadAsync(ct).ConfigureAwait(false);
        foreach (var part in rows.Of(names).Where(part => part != names.Name))
        {
            await lvm.RemoveAsync(names, rows.Find(names.Group, part)!, ct).ConfigureAwait(false); // just listed
        }

        if (rows.Has(names, names.Name))
        {
            await lvm.RenameAsync(names, names.Name, names.Removing, ct).ConfigureAwait(false); // it loses its data before it goes
            await changes.RemoveAsync(names, names.Removing, ct).ConfigureAwait(false);
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
            await changes.RemoveAsync(names, names.Running, ct).ConfigureAwait(false);
            await changes.CopyAsync(names, names.Running, LvmVolume.Of(source), ct).ConfigureAwait(false);
        }
        else
        {
            await changes.RemoveAsync(names, names.Name, ct).ConfigureAwait(false);
            await lvm.CreateAsync(names, names.Name, volume.Config.SizeBytes, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask StopAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = Checked(volume);
        if (volume.Config.SaveOnStop)
        {
            await changes.CommitAsync(names, names.Running, volume.Config, ct).ConfigureAwait(false);
        }
        else
        {
            await changes.RemoveAsync(names, volume.Config.SnapOnStart ? names.Running : names.Name, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = LvmVolume.Of(volume);
        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (!volume.Config.SaveOnStop || !rows.Has(names, names.Name))
        {
            throw VolumeRefusals.Missing(volume);
        }

        await lvm.ActivateAsync(names, names.Name, ct).ConfigureAwait(false);
        return names.Device(names.Name);
    }

    /// <inheritdoc/>
    public ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        var names = Saved(volume);
        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Has(names, names.Running))
        {
            throw new StorageRefusedException($"Cannot import data to dirty volume {volume.Vid}, stop the qube first");
        }

        CheckSpace(rows, names, sizeBytes);
        await changes.RemoveAsync(names, names.Import, ct).ConfigureAwait(false);
        await lvm.CreateAsync(names, names.Import, sizeBytes, ct).ConfigureAwait(false);
        return names.Device(names.Import);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct)
    {
        var names = Saved(volume);
        if (source.Pool.Driver != PoolDrivers.LvmThin || LvmVolume.OfPool(source.Pool) != LvmVolume.OfPool(volume.Pool) || !source.Config.SaveOnStop)
        {
            return false; // only volumes of one thin pool share blocks
        }

        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Has(names, names.Running))
        {
            throw new StorageRefusedException($"Cannot import to dirty volume {volume.Vid} - start and stop a qube to cleanup");
        }

        await changes.RemoveAsync(names, names.Import, ct).ConfigureAwait(false);
        await changes.CopyAsync(names, names.Import, LvmVolume.Of(source), ct).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = LvmVolume.Of(volume);
        return (await table.ReadAsync(ct).ConfigureAwait(false)).Has(names, names.Import);
    }

    /// <inheritdoc/>
    public ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = Saved(volume);
        return changes.CommitAsync(names, names.Import, volume.Config, ct);
    }

    /// <inheritdoc/>
    public async ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = LvmVolume.Of(volume);
        await changes.MendAsync(names, ct).ConfigureAwait(false);
        await changes.RemoveAsync(names, names.Import, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct)
    {
        var names = LvmVolume.Of(volume);
        VolumeRefusals.RequireWritable(volume);

        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (volume.Config.SaveOnStop && !rows.Has(names, names.Name))
        {
            throw VolumeRefusals.Missing(volume);
        }

        // What a run writes to takes the place of the rest when it stops.
        if ((rows.Find(names.Group, names.Running) ?? rows.Find(names.Group, names.Name)) is { } row && row.SizeBytes != LvmRow.Rounded(sizeBytes, row.ExtentBytes))
        {
            await lvm.ResizeAsync(names, row.Name, sizeBytes, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = LvmVolume.Of(volume);
        VolumeRefusals.RequireRevisions(volume);

        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (!rows.IsKept(names))
        {
            await changes.CopyAsync(names, names.Revision(changes.NewRevision(rows, names)), names, ct).ConfigureAwait(false);
        }

        await changes.PruneAsync(names, volume.Config.RevisionsToKeep, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct)
    {
        var names = Saved(volume);
        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Has(names, names.Running))
        {
            throw new StorageRefusedException($"Cannot revert dirty volume {volume.Vid}, stop the qube first");
        }

        if (names.FindRevision(names.Revision(revision)) is null)
        {
            throw new RevisionNotFoundException(volume.Vid, revision);
        }

        var reverting = names.Reverting(revision);
        if (!rows.Has(names, reverting) && rows.RevisionsOf(names).Any(known => known.Name == revision))
        {
            await lvm.RenameAsync(names, names.Revision(revision), reverting, ct).ConfigureAwait(false);
        }

        await changes.CommitAsync(names, reverting, volume.Config, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct)
    {
        var names = LvmVolume.Of(volume);
        var rows = await table.ShowAsync(ct).ConfigureAwait(false);
        var running = rows.Find(names.Group, names.Running);
        var committed = rows.Find(names.Group, LvmChanges.FindInterrupted(rows, names) ?? names.Name);
        var isDirty = volume.Config is { SaveOnStop: false, SnapOnStart: false } ? committed is not null : running is not null && running != committed;
        return new VolumeCondition(
            committed is not null || !volume.Config.SaveOnStop, isDirty, (running ?? committed)?.UsageBytes ?? 0, rows.RevisionsOf(names));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        var (group, thin) = LvmVolume.OfPool(pool);
        var volumes = known.Where(volume => volume.Pool.Name == pool.Name).Select(LvmVolume.Of).DistinctBy(volume => volume.Name).ToDictionary(volume => volume.Name);
        var rows = await table.ReadAsync(ct).ConfigureAwait(false);
        return [.. rows.All
            .Where(row => row.Group == group && row.ThinPool == thin && row.Name.StartsWith("vm-", StringComparison.Ordinal) && !IsOwned(volumes, row.Name))
            .Select(row => new StrayData($"{row.Group}/{row.Name}", LvmVolume.IsLeftOver(row.Name), row.UsageBytes))
            .OrderBy(stray => stray.Place, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        VolumeRefusals.RequireStray(await FindStraysAsync(pool, known, ct).ConfigureAwait(false), stray);

        var (group, thin) = LvmVolume.OfPool(pool);
        var names = new LvmVolume(group, thin, stray.Place[(group.Length + 1)..]);
        await changes.RemoveAsync(names, names.Name, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => changes.Dispose();

    private async ValueTask StartSavedAsync(DriverVolume volume, LvmVolume names, CancellationToken ct)
    {
        var rows = await changes.MendAsync(names, ct).ConfigureAwait(false);
        if (rows.Has(names, names.Import))
        {
            throw new StorageRefusedException($"Import operation in progress on {volume.Vid}");
        }

        if (volume.Config.RevisionsToKeep == -1)
        {
            // Without snapshots the volume itself is written to; a run of before that was switched off counts.
            await changes.CommitAsync(names, names.Running, volume.Config, ct).ConfigureAwait(false);
            await changes.PruneAsync(names, 0, ct).ConfigureAwait(false);
            await lvm.ActivateAsync(names, names.Name, ct).ConfigureAwait(false);
        }
        else if (rows.Has(names, names.Running))
        {
            await lvm.ActivateAsync(names, names.Running, ct).ConfigureAwait(false);
        }
        else
        {
            await changes.CopyAsync(names, names.Running, names, ct).ConfigureAwait(false);
        }
    }

    // The name tells of most names which volume they are a part of; a qube's name may look like a part of another's.
    private static bool IsOwned(Dictionary<string, LvmVolume> volumes, string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('-', end - 1))
        {
            if (volumes.TryGetValue(name[..end], out var volume) && volume.Owns(name))
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckSpace(LvmRows rows, LvmVolume volume, long sizeBytes)
    {
        var pool = rows.Find(volume.Group, volume.ThinPool) is { IsThinPool: true } found
            ? found
            : throw new StorageRefusedException($"Thin pool {volume.Full(volume.ThinPool)} does not exist");
        if (pool.SizeBytes - pool.UsageBytes is var free && sizeBytes > free)
        {
            throw new StorageRefusedException($"Not enough space in {volume.Full(volume.ThinPool)}: {sizeBytes} bytes are needed, {free} are free");
        }
    }

    private static LvmVolume Saved(DriverVolume volume) => Checked(VolumeRefusals.Saved(volume));

    private static LvmVolume Checked(DriverVolume volume) => volume.Config is { SaveOnStop: true, SnapOnStart: true }
        ? throw new StorageRefusedException($"Volume {volume.Vid} cannot have both snap_on_start and save_on_stop in an lvm_thin pool")
        : LvmVolume.Of(volume);
}
