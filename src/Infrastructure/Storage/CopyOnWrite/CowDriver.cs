using System.Collections.Concurrent;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Volumes in files to which runs write directly, while devices keep what was there before (<c>file</c>).</summary>
/// <remarks>
/// What is exported is known to this object alone, so there is one of it in a process. A run that was not stopped has written to the committed data: this driver cannot undo that, as the original
/// cannot. Source: spec, storage 5.
/// </remarks>
public sealed partial class CowDriver : IVolumeDriver
{
    private readonly PoolFiles files;
    private readonly FileStrays strays;
    private readonly ISnapshotDevices devices;
    private readonly IStorageSteps steps;
    private readonly ConcurrentDictionary<(string Pool, string Vid), int> exported = new();

    /// <summary>The driver.</summary>
    /// <param name="paths">Where pools' paths lie on disk.</param>
    /// <param name="devices">The devices over the files.</param>
    /// <param name="steps">Hears of each change.</param>
    public CowDriver(RootedPaths paths, ISnapshotDevices devices, IStorageSteps steps)
    {
        this.devices = devices;
        this.steps = steps;
        files = new PoolFiles(paths, steps);
        strays = new FileStrays(files, new CowNaming());
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        if (!IsOrigin(volume))
        {
            return false;
        }

        using var there = OpenOrMake(volume, id);
        there.Sweep();
        if (there.Image is not null)
        {
            return mayExist ? false : throw new StorageRefusedException($"Volume {PathOf(volume)} already exists");
        }

        FileReplacement.MakeSparse(there.Folder, there.Names.Image, CowVolume.Mode, volume.Config.SizeBytes);
        return true;
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct)
    {
        await RemoveDeviceAsync(volume, ct).ConfigureAwait(false);
        await PoolFiles.RunAsync(volume, id =>
        {
            using (var there = Open(volume, id))
            {
                if (there is null)
                {
                    return false;
                }

                there.Sweep();
                foreach (var name in there.Names.All)
                {
                    there.Folder.Unlink(name);
                }

                there.Folder.Sync();
            }

            files.RemoveIfEmpty(volume.Pool, id);
            return true;
        }, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        if (!volume.Config.SaveOnStop && !volume.Config.SnapOnStart)
        {
            return true; // it is made anew at each start
        }

        var needed = volume.Config.SnapOnStart ? volume.Source ?? volume : volume;
        using var there = Open(needed, FileVolumeId.Of(needed.Vid));
        return there?.Image is not null ? true : throw Missing(needed);
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct)
    {
        await PoolFiles.RunAsync(volume, id =>
        {
            using var there = Open(volume, id);
            CheckExport(volume, there);
            return true;
        }, ct).ConfigureAwait(false);
        exported.AddOrUpdate((volume.Pool.Name, volume.Vid), 1, (_, count) => count + 1);
        return PathOf(volume);
    }

    /// <inheritdoc/>
    public ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct)
    {
        var key = (volume.Pool.Name, volume.Vid);
        exported.AddOrUpdate(key, 0, (_, count) => Math.Max(0, count - 1));
        exported.TryRemove(new KeyValuePair<(string, string), int>(key, 0));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct) =>
        throw new StorageRefusedException($"Volume {FileVolumeId.Of(volume.Vid)} is in a file pool, which keeps no revisions on demand");

    /// <inheritdoc/>
    public ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct) =>
        throw new StorageRefusedException($"Volume {FileVolumeId.Of(volume.Vid)} is in a file pool, which cannot go back to a revision");

    /// <inheritdoc/>
    public async ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct) => await PoolFiles.RunAsync(volume, id =>
    {
        using var there = Open(volume, id);
        var image = there?.Image;
        return volume.Config switch
        {
            { SnapOnStart: true } => new VolumeCondition(true, there?.Cow is not null, there?.Cow?.AllocatedBytes ?? 0, []),
            { SaveOnStop: false } => new VolumeCondition(true, image is not null, image?.AllocatedBytes ?? 0, []),
            _ => new VolumeCondition(image is not null, there?.IsWritten == true, image?.AllocatedBytes ?? 0, there?.Revisions ?? []),
        };
    }, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        strays.FindAsync(pool, known, ct);

    /// <inheritdoc/>
    public ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        strays.RemoveAsync(pool, stray, known, ct);

    private static bool IsOrigin(DriverVolume volume) => volume.Config is { SaveOnStop: true, SnapOnStart: false };

    private static string PathOf(DriverVolume volume) => $"{PoolFiles.PathOf(volume.Pool)}/{FileVolumeId.Of(volume.Vid)}.img";

    private static StorageRefusedException Missing(DriverVolume volume) => new($"Missing image file: {PathOf(volume)}.");

    private static bool IsRunning(CowVolume there, ISnapshotDevices devices) => devices.IsBuilt(new SnapshotDevice(there.ImagePath, there.CowPath));

    private void CheckExport(DriverVolume volume, CowVolume? there)
    {
        if (there?.Image is null || volume.Config.SnapOnStart)
        {
            throw Missing(volume);
        }

        if (IsRunning(there, devices))
        {
            throw new StorageRefusedException("file pool cannot export running volumes");
        }

        if (there.IsWritten)
        {
            throw new StorageRefusedException("file pool cannot export dirty volumes");
        }
    }

    private CowVolume? Open(DriverVolume volume, FileVolumeId id) => files.TryOpen(volume.Pool, id) is { } folder ? new CowVolume(folder, id) : null;

    private CowVolume OpenOrMake(DriverVolume volume, FileVolumeId id) => new(files.OpenOrMake(volume.Pool, id), id);
}
