using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <content>New data for a volume.</content>
public sealed partial class ReflinkDriver
{
    /// <inheritdoc/>
    public async ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        RequireSaved(volume, "import");
        using var there = OpenOrMake(volume, id);
        FileReplacement.MakeSparse(there.Folder, there.Names.Import, ReflinkVolume.Mode, sizeBytes);
        return PathOf(volume, there.Names.Import);
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        if (source.Pool.Driver != PoolDrivers.FileReflink)
        {
            return false;
        }

        RequireSaved(volume, "import");
        RequireSaved(source, "export");
        var sourceId = FileVolumeId.Of(source.Vid);
        using var from = Open(source, sourceId);
        if (from?.Image is null)
        {
            throw from?.Dirty is not null && source.Config.RevisionsToKeep == -1
                ? new StorageRefusedException($"Volume {source.Vid} must be stopped before importing its data")
                : Missing(source, PathOf(source, new ReflinkNames(sourceId.Name).Image));
        }

        using var data = from.Folder.OpenToRead(from.Names.Image);
        using var there = OpenOrMake(volume, id);
        there.Copy(data, there.Names.Import, ct);
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        return there?.Import is not null;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        if (there?.Import is null)
        {
            return false;
        }

        RequireSaved(volume, "import");
        there.Commit(there.Names.Import, volume.Config.RevisionsToKeep);
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        if (there is not null)
        {
            there.Sweep();
            there.Folder.Unlink(there.Names.Import);
            there.Folder.Sync();
        }

        return true;
    }, ct).ConfigureAwait(false);
}
