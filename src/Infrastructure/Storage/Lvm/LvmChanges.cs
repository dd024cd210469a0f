using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Changes of a thin volume that take several commands, and what finishes one that was interrupted.</summary>
/// <remarks>LVM cannot exchange two names at once: between the two renamings of a commit there is no volume of the committed name. Nobody else looks then (the gate), and after a
/// crash whoever looks next does the second renaming.</remarks>
internal sealed class LvmChanges(LvmTable table, LvmCommands lvm, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Finishes what was interrupted, and tells what is there then.</summary>
    public async ValueTask<LvmRows> MendAsync(LvmVolume volume, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await FinishAsync(volume, ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets a part of a volume become its committed state; what was that becomes a revision, and too old revisions go.</summary>
    public async ValueTask CommitAsync(LvmVolume volume, string part, VolumeConfig config, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var rows = await FinishAsync(volume, ct).ConfigureAwait(false);
            if (rows.Has(volume, part)) // else it was the interrupted one, or is done
            {
                await ExchangeAsync(volume, part, rows, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            gate.Release();
        }

        await PruneAsync(volume, config.RevisionsToKeep, ct).ConfigureAwait(false);
    }

    /// <summary>Copies the committed state of a volume, which may be another one, into a part.</summary>
    public async ValueTask CopyAsync(LvmVolume volume, string part, LvmVolume source, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var rows = await FinishAsync(source, ct).ConfigureAwait(false);
            if (!rows.Has(source, source.Name))
            {
                throw new StorageRefusedException($"volume {source.Full(source.Name)} missing");
            }

            await lvm.CopyAsync(volume, part, source.Name, ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Removes a part of a volume, if it is there.</summary>
    public async ValueTask RemoveAsync(LvmVolume volume, string part, CancellationToken ct)
    {
        var rows = await table.ReadAsync(ct).ConfigureAwait(false);
        if (rows.Find(volume.Group, part) is { } row)
        {
            await lvm.RemoveAsync(volume, row, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the oldest revisions until only so many are left.</summary>
    public async ValueTask PruneAsync(LvmVolume volume, long keep, CancellationToken ct)
    {
        var revisions = (await table.ReadAsync(ct).ConfigureAwait(false)).RevisionsOf(volume);
        foreach (var old in revisions.Take((int)Math.Max(0, revisions.Count - Math.Max(0, keep))))
        {
            // Under another name first: it loses its data before it goes, and must not be taken for a revision then.
            var dropping = volume.Dropping(old.Name);
            await lvm.RenameAsync(volume, volume.Revision(old.Name), dropping, ct).ConfigureAwait(false);
            await RemoveAsync(volume, dropping, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The name of a revision that is made now: later than every other, also than one that is just brought back, so that nobody takes the new for that.</summary>
    public string NewRevision(LvmRows rows, LvmVolume volume) => LvmVolume.RevisionAt(
        rows.RevisionsOf(volume).Select(revision => revision.CreatedSeconds)
            .Concat(rows.Of(volume).Select(volume.FindReverting).OfType<long>())
            .Select(seconds => seconds + 1).Append(time.GetUtcNow().ToUnixTimeSeconds()).Max());

    /// <summary>The part that an interrupted commit would have made the committed state; null when none was interrupted.</summary>
    public static string? FindInterrupted(LvmRows rows, LvmVolume volume) => rows.Has(volume, volume.Name) || rows.RevisionsOf(volume).Count == 0
        ? null
        : rows.Of(volume).FirstOrDefault(part => part == volume.Import || part == volume.Running || volume.FindReverting(part) is not null);

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async ValueTask ExchangeAsync(LvmVolume volume, string part, LvmRows rows, CancellationToken ct)
    {
        if (rows.Has(volume, volume.Name))
        {
            await lvm.RenameAsync(volume, volume.Name, volume.Revision(NewRevision(rows, volume)), ct).ConfigureAwait(false);
        }

        await lvm.RenameAsync(volume, part, volume.Name, ct).ConfigureAwait(false);
    }

    private async ValueTask<LvmRows> FinishAsync(LvmVolume volume, CancellationToken ct)
    {
        var rows = await table.ReadAsync(ct).ConfigureAwait(false);
        var dropping = rows.Of(volume).Where(volume.IsDropping).ToList();
        var interrupted = FindInterrupted(rows, volume);
        foreach (var part in dropping)
        {
            await lvm.RemoveAsync(volume, rows.Find(volume.Group, part)!, ct).ConfigureAwait(false); // just listed
        }

        if (interrupted is not null)
        {
            await lvm.RenameAsync(volume, interrupted, volume.Name, ct).ConfigureAwait(false);
        }

        return dropping.Count == 0 && interrupted is null ? rows : await table.ReadAsync(ct).ConfigureAwait(false);
    }
}
