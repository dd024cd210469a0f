using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <content>New data for a volume.</content>
public sealed partial class CowDriver
{
    /// <inheritdoc/>
    public async ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = OpenForNewData(volume, id);
        FileReplacement.MakeSparse(there.Folder, there.Names.Import, CowVolume.Mode, sizeBytes);
        return $"{PoolFiles.PathOf(volume.Pool)}/{id}-import.img";
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        if (source.Pool.Driver != PoolDrivers.File)
        {
            return false;
        }

        if (source.Config.SnapOnStart)
        {
            throw new StorageRefusedException($"Can not import snapshot volume {source.Vid} in to pool {volume.Vid} ");
        }

        using var from = Open(source, FileVolumeId.Of(source.Vid));
        CheckExport(source, from);
        using var data = from!.Folder.OpenToRead(from.Names.Image); // checked just now
        using var there = OpenForNewData(volume, id);
        FileReplacement.Make(there.Folder, there.Names.Import, CowVolume.Mode, (file, temporary) => FileCopies.Fill(there.Folder, temporary, file, data, ct));
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        return there?.Folder.Find(there.Names.Import) is not null;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        if (there?.Folder.Find(there.Names.Import) is null)
        {
            return false;
        }

        RequireStopped(volume, there);
        there.Folder.Sync(there.Names.Import);

        // What was kept of the old data is of no use beside the new.
        there.Folder.Unlink(there.Names.OldCow);
        there.Folder.Unlink(there.Names.Cow);
        there.Folder.Rename(there.Names.Import, there.Names.Image);
        there.Folder.Sync();
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        there?.Sweep();
        there?.Folder.Unlink(there.Names.Import);
        there?.Folder.Sync();
        return true;
    }, ct).ConfigureAwait(false);

    private CowVolume OpenForNewData(DriverVolume volume, FileVolumeId id)
    {
        if (!volume.Config.SaveOnStop)
        {
            throw new StorageRefusedException($"Can not import into save_on_stop=False volume {volume.Vid}");
        }

        var there = OpenOrMake(volume, id);
        try
        {
            RequireStopped(volume, there);
            return there;
        }
        catch
        {
            there.Dispose();
            throw;
        }
    }

    // A run writes to the very file that the new data would replace.
    private void RequireStopped(DriverVolume volume, CowVolume there)
    {
        if (IsRunning(there, devices))
        {
            throw new StorageRefusedException($"Volume {volume.Vid} must be stopped before importing its data");
        }
    }
}
