using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <content>Starting, stopping and resizing.</content>
public sealed partial class CowDriver
{
    /// <inheritdoc/>
    public async ValueTask StartAsync(DriverVolume volume, CancellationToken ct)
    {
        if (exported.ContainsKey((volume.Pool.Name, volume.Vid)))
        {
            throw new StorageRefusedException("file pool cannot start a VM with an exported volume");
        }

        if (volume.Config.SnapOnStart)
        {
            await RemoveDeviceAsync(volume, ct).ConfigureAwait(false); // of a run that was not stopped
        }

        var device = await PoolFiles.RunAsync(volume, id =>
        {
            using var there = OpenOrMake(volume, id);
            there.Sweep();
            if (volume.Config is { SnapOnStart: false, SaveOnStop: false })
            {
                // What an earlier run wrote must not reach the next one.
                FileReplacement.MakeSparse(there.Folder, there.Names.Image, CowVolume.Mode, volume.Config.SizeBytes);
                return null;
            }

            return volume.Config.SnapOnStart ? PrepareSnapshot(volume, there) : PrepareOrigin(volume, there);
        }, ct).ConfigureAwait(false);
        if (device is not null && !devices.IsBuilt(device))
        {
            steps.Before($"build the device of {volume.Vid}");
            await devices.BuildAsync(device, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask StopAsync(DriverVolume volume, CancellationToken ct)
    {
        await RemoveDeviceAsync(volume, ct).ConfigureAwait(false);
        await PoolFiles.RunAsync(volume, id =>
        {
            using var there = Open(volume, id);
            there?.Sweep();
            if (IsOrigin(volume))
            {
                there?.Commit(volume.Config.RevisionsToKeep, volume.Config.Rw);
            }
            else
            {
                there?.Folder.Unlink(volume.Config.SnapOnStart ? there.Names.Cow : there.Names.Image);
                there?.Folder.Sync();
            }

            return true;
        }, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        VolumeRefusals.RequireWritable(volume);

        if (volume.Config.SnapOnStart)
        {
            throw new StorageRefusedException("Cannot resize volume based on a template - resizethe template instead");
        }

        using var there = Open(volume, id);
        if (there?.Image is not { } image)
        {
            return false;
        }

        if (image.SizeBytes != sizeBytes)
        {
            using var file = there.Folder.OpenToWrite(there.Names.Image);
            there.Folder.Truncate(file, there.Names.Image, sizeBytes);
            there.Folder.Sync(file, there.Names.Image);
        }

        LoopDevices.Resized(RealPaths.Of(there.ImagePath));
        return true;
    }, ct).ConfigureAwait(false);

    private static SnapshotDevice PrepareOrigin(DriverVolume volume, CowVolume there)
    {
        var image = there.Image ?? throw Missing(volume);
        there.MakeCow(image.SizeBytes);
        return new SnapshotDevice(there.ImagePath, there.CowPath);
    }

    private SnapshotDevice PrepareSnapshot(DriverVolume volume, CowVolume there)
    {
        var source = VolumeRefusals.SourceOf(volume);
        using var from = Open(source, FileVolumeId.Of(source.Vid));
        var image = from?.Image ?? throw Missing(source);
        from.MakeCow(image.SizeBytes);
        there.Folder.Unlink(there.Names.Cow);
        there.MakeCow(image.SizeBytes);
        return new SnapshotDevice(from.ImagePath, from.CowPath, there.CowPath);
    }

    // The device of a run, whichever the volume's kind is.
    private async Task RemoveDeviceAsync(DriverVolume volume, CancellationToken ct)
    {
        var device = await PoolFiles.RunAsync(volume, id =>
        {
            using var there = Open(volume, id);
            if (there is null || volume.Config is { SnapOnStart: false, SaveOnStop: false })
            {
                return null;
            }

            using var from = volume is { Config.SnapOnStart: true, Source: { } source } ? Open(source, FileVolumeId.Of(source.Vid)) : null;
            return from is not null ? new SnapshotDevice(from.ImagePath, from.CowPath, there.CowPath)
                : volume.Config.SnapOnStart ? null : new SnapshotDevice(there.ImagePath, there.CowPath);
        }, ct).ConfigureAwait(false);
        if (device is not null && devices.IsBuilt(device))
        {
            steps.Before($"remove the device of {volume.Vid}");
            await devices.RemoveAsync(device, ct).ConfigureAwait(false);
        }
    }
}
