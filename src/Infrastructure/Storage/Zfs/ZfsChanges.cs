using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Changes of a ZFS volume that take several commands, and what finishes one that was interrupted.</summary>
internal sealed class ZfsChanges(ZfsCommands zfs, TimeProvider time)
{
    /// <summary>What is there, after an interrupted exchange was finished.</summary>
    public async ValueTask<ZfsRows> MendAsync(ZfsVolume volume, CancellationToken ct)
    {
        var rows = await zfs.ListAsync(volume.Container, ct).ConfigureAwait(false);
        var replaced = rows.Beginning(volume.Replaced).ToList();
        if (replaced.Count == 0)
        {
            return rows;
        }

        if (!rows.Has(volume.Dataset) && rows.Has(volume.Importing))
        {
            await zfs.RenameAsync(volume.Importing, volume.Dataset, ct).ConfigureAwait(false);
            rows = await zfs.ListAsync(volume.Container, ct).ConfigureAwait(false);
        }

        if (rows.Has(volume.Dataset))
        {
            foreach (var old in replaced)
            {
                await zfs.DestroyAsync(old, rows, ct).ConfigureAwait(false);
            }
        }

        return await zfs.ListAsync(volume.Container, ct).ConfigureAwait(false);
    }

    /// <summary>The snapshot that holds the committed state; made where there is none and nobody writes.</summary>
    /// <exception cref="StorageRefusedException">The volume is missing, or somebody writes to it and no state of before was kept.</exception>
    public async ValueTask<string> CleanAsync(ZfsVolume volume, CancellationToken ct)
    {
        var rows = await MendAsync(volume, ct).ConfigureAwait(false);
        var row = rows.Find(volume.Dataset) ?? throw new StorageRefusedException($"volume {volume.Dataset} missing");
        if (rows.CleanOf(volume.Dataset).LastOrDefault() is { } newest)
        {
            return newest.Name;
        }

        return row.IsDirty
            ? throw new StorageRefusedException($"Volume {volume.Dataset} must be stopped before importing its data")
            : await KeepCleanAsync(volume.Dataset, ct).ConfigureAwait(false);
    }

    /// <summary>Keeps the present state of a dataset as its committed one; the ones of before go.</summary>
    public async ValueTask<string> KeepCleanAsync(string dataset, CancellationToken ct)
    {
        var name = ZfsCommands.Unique(ZfsVolume.Clean);
        await zfs.SnapshotAsync(dataset, name, ct).ConfigureAwait(false);
        return $"{dataset}@{name}";
    }

    /// <summary>Keeps the present state of a dataset as a revision.</summary>
    public ValueTask KeepRevisionAsync(string dataset, string cause, CancellationToken ct) =>
        zfs.SnapshotAsync(dataset, ZfsVolume.RevisionOf(cause, time.GetUtcNow()), ct);

    /// <summary>Removes the oldest revisions until only so many are left, and every committed state but the newest ones.</summary>
    public async ValueTask PruneAsync(ZfsVolume volume, long keep, int keepClean, CancellationToken ct)
    {
        var rows = await zfs.ListAsync(volume.Container, ct).ConfigureAwait(false);
        var revisions = rows.RevisionsOf(volume.Dataset);
        var old = revisions.Take((int)Math.Max(0, revisions.Count - Math.Max(0, keep))).Select(revision => $"{volume.Dataset}@{revision.Name}");
        foreach (var snapshot in old.Concat(rows.CleanOf(volume.Dataset).SkipLast(keepClean).Select(row => row.Name)))
        {
            await zfs.DropSnapshotAsync(snapshot, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a dataset, if it is there, and the one above it when that is empty then.</summary>
    public async ValueTask RemoveAsync(ZfsVolume volume, string dataset, CancellationToken ct)
    {
        var rows = await zfs.ListAsync(volume.Container, ct).ConfigureAwait(false);
        if (rows.Has(dataset))
        {
            await zfs.DestroyAsync(dataset, rows, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Lets the new data take the volume's place.</summary>
    public async ValueTask CommitAsync(ZfsVolume volume, VolumeConfig config, CancellationToken ct)
    {
        var rows = await MendAsync(volume, ct).ConfigureAwait(false);
        if (rows.Has(volume.Importing))
        {
            if (!rows.CleanOf(volume.Importing).Any())
            {
                var isClone = rows.All.Any(row => row.Clones.Contains(volume.Importing));
                await KeepRevisionAsync(volume.Importing, isClone ? ZfsVolume.AfterImportVolume : ZfsVolume.AfterImportData, ct).ConfigureAwait(false);
                await KeepCleanAsync(volume.Importing, ct).ConfigureAwait(false);
            }

            if (rows.Has(volume.Dataset))
            {
                await zfs.RenameAsync(volume.Dataset, ZfsCommands.Unique(volume.Replaced), ct).ConfigureAwait(false);
            }

            await zfs.RenameAsync(volume.Importing, volume.Dataset, ct).ConfigureAwait(false);
            await MendAsync(volume, ct).ConfigureAwait(false);
        }

        await PruneAsync(volume, config.RevisionsToKeep, 1, ct).ConfigureAwait(false);
    }
}
