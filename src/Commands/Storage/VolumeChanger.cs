using System.Diagnostics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Carries out changes of what volumes hold.</summary>
/// <remarks>New data is complete and durable beside the volume before the log says so; from then on it is committed, also by the next daemon. Source: spec, storage 4.</remarks>
internal sealed class VolumeChanger(StorageContext context, Func<QubeId, string, Call, Task> resized)
{
    private const string Interrupted = "qubesd was stopped before the new data was complete";

    /// <summary>Carries out a change that was asked for, as far as it goes without the client.</summary>
    /// <exception cref="DomainException">It could not be carried out, and was given up.</exception>
    internal async Task ChangeAsync(QubeId id, string name, string change, Call call, CancellationToken ct)
    {
        var world = context.World;
        if (VolumeOutcomes.Find(world, id, name, change) is not { } open || world.Find(id) is not { } qube)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            var volume = DriverVolumes.Of(world, qube, name);
            var driver = context.Drivers.Of(volume.Pool);
            if (open is { Kind: VolumeChangeKind.Import, Phase: not VolumeChangePhase.Ready })
            {
                await OpenAsync(id, volume, open, call, ct).ConfigureAwait(false);
                return;
            }

            await CarryOutAsync(world, id, volume, open, call, ct).ConfigureAwait(false);
            var condition = await driver.LookAsync(volume, ct).ConfigureAwait(false);
            await context.NoteAsync(draft => VolumeOutcomes.Changed(draft, id, name, change, condition.Revisions), call).ConfigureAwait(false);
            StorageLog.Done(context.Logger, open.Kind.ToString(), name, id, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            await GiveUpAsync(id, name, open, e.Message, isTold: true, call).ConfigureAwait(false);
            throw StorageFaults.Of(e);
        }

        if (open.Kind == VolumeChangeKind.Resize && PowerStates.Active(context.World, id) is not null)
        {
            await resized(id, name, call).ConfigureAwait(false);
        }
    }

    /// <summary>Brings a change to an end that an earlier daemon left open.</summary>
    internal async Task SettleAsync(QubeId id, string name, VolumeChange open, Call call, CancellationToken ct)
    {
        if (open.Phase == VolumeChangePhase.Ready || open.Kind is VolumeChangeKind.Resize or VolumeChangeKind.Revert or VolumeChangeKind.Snapshot)
        {
            await ChangeAsync(id, name, open.Id, call, ct).ConfigureAwait(false);
        }
        else
        {
            await GiveUpAsync(id, name, open, Interrupted, isTold: true, call).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a change up, and drops what was prepared for it.</summary>
    internal async Task GiveUpAsync(QubeId id, string name, VolumeChange change, string reason, bool isTold, Call call)
    {
        context.ImportPaths.TryRemove(change.Id, out _);
        if (change.BringsData)
        {
            await DiscardAsync(id, name).ConfigureAwait(false);
        }

        await context.NoteAsync(draft => VolumeOutcomes.Failed(draft, id, name, change.Id, reason, isTold), call).ConfigureAwait(false);
    }

    /// <summary>Drops new data of a volume that nobody waits for.</summary>
    internal async Task DiscardAsync(QubeId id, string name)
    {
        var world = context.World;
        try
        {
            if (world.Find(id) is { } qube && qube.Volumes.FirstOrDefault(volume => volume.Name == name) is { } config && DriverVolumes.Find(world, qube, config) is { } volume)
            {
                await context.Drivers.Of(volume.Pool).DiscardImportAsync(volume, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            StorageLog.NotDone(context.Logger, "drop unfinished data", id, e.Message); // done again before the next import
        }
    }

    /// <summary>Fills the place for new data of a volume with that of another.</summary>
    internal async Task CopyAsync(DriverVolume volume, DriverVolume source, CancellationToken ct)
    {
        var (target, origin) = (context.Drivers.Of(volume.Pool), context.Drivers.Of(source.Pool));
        if (target.GetType() == origin.GetType() && await target.PrepareCloneAsync(volume, source, ct).ConfigureAwait(false))
        {
            return;
        }

        var from = await origin.ExportAsync(source, ct).ConfigureAwait(false);
        try
        {
            var to = await target.PrepareImportAsync(volume, source.Config.SizeBytes, ct).ConfigureAwait(false);
            await context.Drivers.CopyAsync(from, to, ct).ConfigureAwait(false);
        }
        finally
        {
            await origin.EndExportAsync(source, from, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task OpenAsync(QubeId id, DriverVolume volume, VolumeChange open, Call call, CancellationToken ct)
    {
        var size = open.SizeBytes ?? 0;
        if (await context.Drivers.FreeBytesAsync(volume.Pool, ct).ConfigureAwait(false) is { } free && size > free)
        {
            throw new StorageRefusedException($"Not enough free space in pool {volume.Pool.Name}: {size} bytes are to come, {free} are free");
        }

        var path = await context.Drivers.Of(volume.Pool).PrepareImportAsync(volume, size, ct).ConfigureAwait(false);
        if (path.Any(char.IsWhiteSpace))
        {
            throw new InvalidRequestException("Path contains whitespace");
        }

        context.ImportPaths[open.Id] = path;
        await context.NoteAsync(draft => VolumeImports.Opened(draft, id, volume.Config.Name, open.Id), call).ConfigureAwait(false);
    }

    private async Task CarryOutAsync(World world, QubeId id, DriverVolume volume, VolumeChange open, Call call, CancellationToken ct)
    {
        var driver = context.Drivers.Of(volume.Pool);
        switch (open.Kind)
        {
            case VolumeChangeKind.Resize:
                await driver.ResizeAsync(volume, open.SizeBytes ?? 0, ct).ConfigureAwait(false);
                return;
            case VolumeChangeKind.Revert:
                await driver.RevertAsync(volume, open.Revision ?? "", ct).ConfigureAwait(false);
                return;
            case VolumeChangeKind.Snapshot:
                await driver.SnapshotAsync(volume, ct).ConfigureAwait(false);
                return;
        }

        if (open.Phase != VolumeChangePhase.Ready)
        {
            await PrepareAsync(world, volume, open, ct).ConfigureAwait(false);
            await context.NoteAsync(draft => VolumeOutcomes.Ready(draft, id, volume.Config.Name, open.Id), call).ConfigureAwait(false);
        }

        await driver.CommitImportAsync(volume, ct).ConfigureAwait(false);
        context.ImportPaths.TryRemove(open.Id, out _);
    }

    private async Task PrepareAsync(World world, DriverVolume volume, VolumeChange open, CancellationToken ct)
    {
        if (open.Kind == VolumeChangeKind.Clear)
        {
            await context.Drivers.Of(volume.Pool).PrepareImportAsync(volume, open.SizeBytes ?? 0, ct).ConfigureAwait(false);
            return;
        }

        var pool = world.FindPool(open.SourcePool ?? "") ?? throw new PoolNotFoundException(open.SourcePool ?? "");
        var source = VolumeLookup.InPool(world, pool, open.SourceVid ?? "") ?? throw new VolumeNotFoundException(pool.Name, open.SourceVid ?? "");
        await CopyAsync(volume, DriverVolumes.Of(source), ct).ConfigureAwait(false);
    }
}
