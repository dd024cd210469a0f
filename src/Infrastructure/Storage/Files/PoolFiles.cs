using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The folders of pools that keep volumes in files.</summary>
/// <param name="paths">Where pools' paths lie on disk.</param>
/// <param name="steps">Hears of each change.</param>
/// <remarks>Source: spec, storage 5 and 6.</remarks>
internal sealed class PoolFiles(RootedPaths paths, IStorageSteps steps)
{
    /// <summary>Runs the blocking calls of an operation off the caller's thread, and tells a full disk as a refusal.</summary>
    internal static async ValueTask<T> RunAsync<T>(DriverVolume volume, Func<FileVolumeId, T> operation, CancellationToken ct)
    {
        var id = FileVolumeId.Of(volume.Vid);
        try
        {
            return await Task.Run(() => operation(id), ct).ConfigureAwait(false);
        }
        catch (IOException fault) when (FileFault.IsFull(fault))
        {
            throw FreeSpace.Full(volume.Vid);
        }
    }

    /// <summary>The path of a pool's folder that clients see.</summary>
    /// <exception cref="StorageRefusedException">The pool has none.</exception>
    internal static string PathOf(Pool pool) => pool.Find(PoolDrivers.DirPath) is { Length: > 0 } path && path[0] == '/' && !path.Contains('\0', StringComparison.Ordinal)
        ? path
        : throw new StorageRefusedException($"Pool {pool.Name} has no absolute dir_path");

    /// <summary>The pool's own folder.</summary>
    /// <exception cref="StorageRefusedException">It is not there, so nothing can be said of its volumes.</exception>
    internal FolderHandle Open(Pool pool) => FolderHandle.TryOpen(OnDisk(pool), steps) ??
        throw new StorageRefusedException($"The folder {PathOf(pool)} of pool {pool.Name} is not there");

    /// <summary>Where a pool's folder lies on disk.</summary>
    // Folding '..' away keeps the path below the root.
    internal string OnDisk(Pool pool) => Path.TrimEndingDirectorySeparator(paths.OnDisk(Path.GetFullPath(PathOf(pool))));

    /// <summary>The folder with a volume's files; null when there is none.</summary>
    internal FolderHandle? TryOpen(Pool pool, FileVolumeId id)
    {
        using var top = Open(pool);
        using var kind = top.TryOpen(id.Kind);
        return kind?.TryOpen(id.Qube);
    }

    /// <summary>The folder with a volume's files, made when there is none.</summary>
    internal FolderHandle OpenOrMake(Pool pool, FileVolumeId id)
    {
        using var top = Open(pool);
        using var kind = top.OpenOrMake(id.Kind);
        return kind.OpenOrMake(id.Qube);
    }

    /// <summary>Removes the folder of a qube's volumes when it is empty.</summary>
    internal void RemoveIfEmpty(Pool pool, FileVolumeId id)
    {
        using var top = Open(pool);
        using var kind = top.TryOpen(id.Kind);
        kind?.RemoveIfEmpty(id.Qube);
    }
}
