using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Makes the volumes of new qubes and removes those of qubes that are gone.</summary>
/// <remarks>Source: spec, lifecycle.md 11; storage 4.</remarks>
internal sealed class VolumeMaker(StorageContext context, VolumeChanger changer)
{
    /// <summary>Makes the volumes of a qube; when that fails, a new qube goes again.</summary>
    /// <param name="id">The qube.</param>
    /// <param name="isNew">Whether it was just created: then nothing may be there already. Otherwise what is there is taken over.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Why those of a qube that is not new could not be made; null when they are there.</returns>
    internal async Task<string?> CreateAsync(QubeId id, bool isNew, Call call, CancellationToken ct)
    {
        var world = context.World;
        if (world.Find(id) is not { IsOnDisk: false } qube)
        {
            return null;
        }

        var made = new List<DriverVolume>();
        try
        {
            await RemoveOlderAsync(world, qube, call, ct).ConfigureAwait(false);
            foreach (var volume in DriverVolumes.Of(world, qube))
            {
                await context.Drivers.Of(volume.Pool).CreateAsync(volume, mayExist: !isNew, ct).ConfigureAwait(false);
                made.Add(volume);
            }

            await FillAsync(world, qube, isNew, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            if (!isNew)
            {
                StorageLog.NotDone(context.Logger, "make the volumes", id, e.Message);
                return e.Message;
            }

            await RemoveAsync(id, made).ConfigureAwait(false);
            await context.NoteAsync(draft => VolumeOutcomes.NotCreated(draft, id), call).ConfigureAwait(false);
            throw StorageFaults.Of(e);
        }

        await context.NoteAsync(draft => VolumeOutcomes.Created(draft, id, isNew), call).ConfigureAwait(false);
        if (isNew && context.World.Find(id) is null)
        {
            await RemoveAsync(id, made).ConfigureAwait(false); // somebody was faster
        }

        return null;
    }

    /// <summary>Removes the volumes that a qube left.</summary>
    internal async Task RemoveLeftAsync(QubeId id, Call call, CancellationToken ct)
    {
        var world = context.World;
        if (!world.LeftVolumes.TryGetValue(id, out var left))
        {
            return;
        }

        try
        {
            foreach (var volume in DriverVolumes.Of(world, left).Where(volume => !IsInUse(world, volume)))
            {
                await context.Drivers.Of(volume.Pool).RemoveAsync(volume, ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            StorageLog.NotDone(context.Logger, "remove the volumes", id, e.Message); // tried again at the next start, or by the next qube of the name
            return;
        }

        await context.NoteAsync(draft => VolumeOutcomes.Removed(draft, id), call).ConfigureAwait(false);
    }

    /// <summary>Removes volumes; what cannot be removed is told.</summary>
    internal async Task RemoveAsync(QubeId id, IEnumerable<DriverVolume> volumes)
    {
        foreach (var volume in volumes.Reverse())
        {
            try
            {
                await context.Drivers.Of(volume.Pool).RemoveAsync(volume, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageFaults.IsExpected(e))
            {
                StorageLog.NotDone(context.Logger, "remove a volume", id, e.Message);
            }
        }
    }

    private async Task RemoveOlderAsync(World world, Qube qube, Call call, CancellationToken ct)
    {
        foreach (var older in world.LeftVolumes.Where(left => left.Value.Name == qube.Name).Select(left => left.Key).ToList())
        {
            await RemoveLeftAsync(older, call, ct).ConfigureAwait(false);
        }
    }

    // A qube from a Windows template starts with the template's private data.
    private async Task FillAsync(World world, Qube qube, bool isNew, CancellationToken ct)
    {
        if (isNew && WindowsPrivateVolume.Source(world, qube) is { } source && Templates.Of(world, qube) is { } template &&
            DriverVolumes.Find(world, template, source) is { } from)
        {
            var volume = DriverVolumes.Of(world, qube, source.Name);
            await changer.CopyAsync(volume, from, ct).ConfigureAwait(false);
            await context.Drivers.Of(volume.Pool).CommitImportAsync(volume, ct).ConfigureAwait(false);
        }
    }

    // A volume that another qube has by now is its own.
    private static bool IsInUse(World world, DriverVolume volume) =>
        volume.Pool.Driver == PoolDrivers.LinuxKernel || VolumeLookup.InPool(world, volume.Pool, volume.Vid) is { Qube.IsOnDisk: true };
}
