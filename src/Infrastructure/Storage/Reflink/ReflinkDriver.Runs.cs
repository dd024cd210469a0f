using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <content>Starting, stopping and resizing.</content>
public sealed partial class ReflinkDriver
{
    /// <inheritdoc/>
    public async ValueTask StartAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = OpenOrMake(volume, id);
        there.Sweep();
        if (volume.Config.SnapOnStart)
        {
            StartSnapshot(volume, there, ct);
        }
        else if (volume.Config.SaveOnStop)
        {
            StartOrigin(volume, there, ct);
        }
        else
        {
            // What an earlier run wrote must not reach the next one.
            FileReplacement.MakeSparse(there.Folder, there.Names.Dirty, ReflinkVolume.Mode, volume.Config.SizeBytes);
        }

        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask StopAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        there?.Sweep();
        if (there is null)
        {
            return false;
        }

        if (volume.Config.SaveOnStop)
        {
            StopSaved(volume, there, ct);
        }
        else
        {
            there.Folder.Unlink(there.Names.Dirty);
            there.Folder.Unlink(there.Names.Image);
            there.Folder.Sync();
        }

        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        if (!volume.Config.Rw)
        {
            throw new StorageRefusedException($"Cannot resize: {volume.Vid} is read-only");
        }

        using var there = Open(volume, id);
        there?.Sweep();
        if (there?.Dirty is { } dirty)
        {
            ResizeRunning(volume, there, dirty, sizeBytes);
        }
        else if (there?.Image is { } image && IsOrigin(volume) && image.SizeBytes != sizeBytes)
        {
            there.Folder.Unlink(there.Names.Precache);
            using var source = there.Folder.OpenToRead(there.Names.Image);
            FileReplacement.Make(there.Folder, there.Names.Image, ReflinkVolume.Mode, (file, temporary) =>
            {
                FileCopies.Fill(there.Folder, temporary, file, source, ct);
                there.Folder.Truncate(file, temporary, sizeBytes);
            });
        }

        return true;
    }, ct).ConfigureAwait(false);

    // The link keeps the source's state as long as the run lasts, and tells later whether the source has moved on.
    private void StartSnapshot(DriverVolume volume, ReflinkVolume there, CancellationToken ct)
    {
        if (volume.Config.SaveOnStop && there.Dirty is not null)
        {
            return;
        }

        var source = VolumeRefusals.SourceOf(volume);
        using var from = OpenImage(source, FileVolumeId.Of(source.Vid));
        FileReplacement.MakeLink(from.Folder, from.Names.Image, there.Folder, there.Names.Image);
        there.Copy(there.Names.Image, there.Names.Dirty, ct);
    }

    private static void StartOrigin(DriverVolume volume, ReflinkVolume there, CancellationToken ct)
    {
        if (there.Dirty is not null)
        {
            return; // not stopped cleanly, or started before a crash: what it wrote is kept
        }

        var image = there.Image ?? throw Missing(volume, PathOf(volume, there.Names.Image));
        if (volume.Config.RevisionsToKeep == -1)
        {
            // The run writes to the committed file itself, so no revision may share it.
            there.Prune(0);
            there.Folder.Unlink(there.Names.Precache);
            there.Folder.Rename(there.Names.Image, there.Names.Dirty);
            there.Folder.Sync();
        }
        else if (there.MatchesPrecache(image))
        {
            there.Folder.Rename(there.Names.Precache, there.Names.Dirty);
            there.Folder.Sync();
        }
        else
        {
            there.Copy(there.Names.Image, there.Names.Dirty, ct);
        }
    }

    private static void StopSaved(DriverVolume volume, ReflinkVolume there, CancellationToken ct)
    {
        if (there.Dirty is not null)
        {
            there.Commit(there.Names.Dirty, volume.Config.RevisionsToKeep);
        }

        if (volume.Config.RevisionsToKeep == -1 || volume.Config.SnapOnStart)
        {
            return;
        }

        try
        {
            there.MakePrecache(ct);
        }
        catch (Exception noRoom) when (noRoom is StorageRefusedException || FileFault.IsFull(noRoom))
        {
            there.Folder.Unlink(there.Names.Precache); // the next start copies instead
        }
    }

    private void ResizeRunning(DriverVolume volume, ReflinkVolume there, FileStatus dirty, long sizeBytes)
    {
        if (dirty.SizeBytes != sizeBytes)
        {
            using var file = there.Folder.OpenToWrite(there.Names.Dirty);
            there.Folder.Truncate(file, there.Names.Dirty, sizeBytes);
            there.Folder.Sync(file, there.Names.Dirty);
        }

        LoopDevices.Resized(RealPaths.Of($"{files.OnDisk(volume.Pool)}/{volume.Vid}-dirty.img"));
    }
}
