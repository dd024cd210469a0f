using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Volumes in files that share their blocks where the file system can (<c>file-reflink</c>).</summary>
/// <remarks>Paths that it gives are those that clients see; <see cref="RootedPaths"/> tells where they lie. Source: spec, storage 6.</remarks>
public sealed partial class ReflinkDriver : IVolumeDriver
{
    private readonly PoolFiles files;
    private readonly FileStrays strays;

    /// <summary>The driver.</summary>
    /// <param name="paths">Where pools' paths lie on disk.</param>
    /// <param name="steps">Hears of each change.</param>
    public ReflinkDriver(RootedPaths paths, IStorageSteps steps)
    {
        files = new PoolFiles(paths, steps);
        strays = new FileStrays(files, new ReflinkNaming());
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id, make: IsOrigin(volume));
        if (there is null || !IsOrigin(volume))
        {
            return false;
        }

        there.Sweep();
        if (there.Image is not null || there.Dirty is not null)
        {
            return mayExist ? false : throw new StorageRefusedException($"Volume {PathOf(volume, there.Names.Image)} already exists");
        }

        FileReplacement.MakeSparse(there.Folder, there.Names.Image, ReflinkVolume.Mode, volume.Config.SizeBytes);
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using (var there = Open(volume, id))
        {
            if (there is null)
            {
                return false;
            }

            // The committed data goes last: as long as it is there, the volume is.
            var names = there.Names;
            there.Sweep();
            there.Prune(0);
            foreach (var name in new[] { names.Import, names.Precache, names.Dirty, names.Image })
            {
                there.Folder.Unlink(name);
            }

            there.Folder.Sync();
        }

        files.RemoveIfEmpty(volume.Pool, id);
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        var needed = volume.Config.SnapOnStart ? volume.Source ?? volume : volume;
        if (!volume.Config.SaveOnStop && !volume.Config.SnapOnStart)
        {
            return true; // it is made anew at each start
        }

        var neededId = FileVolumeId.Of(needed.Vid);
        using var there = Open(needed, neededId);
        return there?.Image is not null || (needed == volume && there?.Dirty is not null) ? true
            : throw Missing(volume, PathOf(needed, new ReflinkNames(neededId.Name).Image));
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        RequireSaved(volume, "export");
        using var there = Open(volume, id);
        var path = PathOf(volume, new ReflinkNames(id.Name).Image);
        return there?.Image is not null ? path : throw Missing(volume, path);
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        VolumeRefusals.RequireRevisions(volume);

        using var there = OpenImage(volume, id);
        there.AddRevision();
        there.Prune(volume.Config.RevisionsToKeep);
        there.Folder.Sync();
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        if (there?.Dirty is not null)
        {
            throw new StorageRefusedException($"Cannot revert: {volume.Vid} is not cleanly stopped");
        }

        if (!ReflinkNames.CanName(revision))
        {
            throw new RevisionNotFoundException(volume.Vid, revision);
        }

        if (there?.Revisions().FirstOrDefault(kept => kept.Name == revision) is not { } chosen)
        {
            return false; // taken before a crash: whoever asks knows that it was there
        }

        there.Folder.Unlink(there.Names.Precache);
        if (volume.Config.RevisionsToKeep > 0)
        {
            there.AddRevision();
        }

        // When the two are names of one file already, nothing has to be done, and renaming does nothing.
        there.Folder.Rename(chosen.File, there.Names.Image);
        there.Folder.Sync();
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        var (image, dirty) = (there?.Image, there?.Dirty);
        return new VolumeCondition(
            !IsOrigin(volume) || image is not null || dirty is not null,
            dirty is not null,
            (dirty ?? (volume.Config.SaveOnStop ? image : null))?.AllocatedBytes ?? 0,
            (there?.Revisions() ?? []).Select(revision => new VolumeRevision(revision.Name, revision.CreatedSeconds)).ToEquatableArray());
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        strays.FindAsync(pool, known, ct);

    /// <inheritdoc/>
    public ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        strays.RemoveAsync(pool, stray, known, ct);

    private static bool IsOrigin(DriverVolume volume) => volume.Config is { SaveOnStop: true, SnapOnStart: false };

    private static string PathOf(DriverVolume volume, string name) =>
        $"{PoolFiles.PathOf(volume.Pool)}/{volume.Vid[..(volume.Vid.LastIndexOf('/') + 1)]}{name}";

    private static StorageRefusedException Missing(DriverVolume volume, string path) => new($"Missing image file '{path}' for volume {volume.Vid}");

    private static void RequireSaved(DriverVolume volume, string what)
    {
        if (!volume.Config.SaveOnStop)
        {
            throw new StorageRefusedException($"Cannot {what}: nothing of {volume.Vid} is saved when its qube stops");
        }
    }

    private ReflinkVolume? Open(DriverVolume volume, FileVolumeId id, bool make = false) =>
        (make ? files.OpenOrMake(volume.Pool, id) : files.TryOpen(volume.Pool, id)) is { } folder ? new ReflinkVolume(folder, id) : null;

    private ReflinkVolume OpenOrMake(DriverVolume volume, FileVolumeId id) => new(files.OpenOrMake(volume.Pool, id), id);

    // The volume, whose committed data is there.
    private ReflinkVolume OpenImage(DriverVolume volume, FileVolumeId id)
    {
        var there = Open(volume, id);
        try
        {
            return there?.Image is not null ? there : throw Missing(volume, PathOf(volume, new ReflinkNames(id.Name).Image));
        }
        catch
        {
            there?.Dispose();
            throw;
        }
    }
}
