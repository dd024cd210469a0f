using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The modules of installed kernels, to read only (<c>linux-kernel</c>). A volume's id is the kernel's name; a qube without a kernel has an empty one.</summary>
/// <param name="paths">Where pools' paths lie on disk.</param>
/// <remarks>Nothing is ever changed: installing kernels is the package manager's business. Source: spec, storage 9.</remarks>
public sealed class KernelDriver(RootedPaths paths) : IVolumeDriver
{
    private const string Modules = "modules.img";
    private const int MostCharacters = 255;

    private readonly PoolFiles files = new(paths, SilentSteps.Instance);

    /// <inheritdoc/>
    public ValueTask CreateAsync(DriverVolume volume, bool mayExist, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(DriverVolume volume, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask VerifyAsync(DriverVolume volume, CancellationToken ct)
    {
        if (KernelOf(volume) is { Length: > 0 } kernel)
        {
            using var folder = TryOpen(volume.Pool, kernel);
            if (folder?.Find("vmlinuz") is null)
            {
                throw new StorageRefusedException($"Missing file: {PoolFiles.PathOf(volume.Pool)}/{kernel}/vmlinuz");
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask StartAsync(DriverVolume volume, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask StopAsync(DriverVolume volume, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask<string> ExportAsync(DriverVolume volume, CancellationToken ct)
    {
        var kernel = KernelOf(volume);
        var path = $"{PoolFiles.PathOf(volume.Pool)}/{kernel}/{Modules}";
        using var folder = kernel.Length > 0 ? TryOpen(volume.Pool, kernel) : null;
        return folder?.Find(Modules) is not null ? ValueTask.FromResult(path) : throw new StorageRefusedException($"Missing file: {path}");
    }

    /// <inheritdoc/>
    public ValueTask EndExportAsync(DriverVolume volume, string path, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask<string> PrepareImportAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) => throw Refused(volume);

    /// <inheritdoc/>
    /// <remarks>From a pool of the same driver nothing has to be copied.</remarks>
    public ValueTask<bool> PrepareCloneAsync(DriverVolume volume, DriverVolume source, CancellationToken ct)
    {
        KernelOf(volume);
        return source.Pool.Driver == PoolDrivers.LinuxKernel
            ? ValueTask.FromResult(true)
            : throw new StorageRefusedException("clone of LinuxModules volume from different volume type is not supported");
    }

    /// <inheritdoc/>
    public ValueTask<bool> HasImportAsync(DriverVolume volume, CancellationToken ct)
    {
        KernelOf(volume);
        return ValueTask.FromResult(false);
    }

    /// <inheritdoc/>
    public ValueTask CommitImportAsync(DriverVolume volume, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask DiscardImportAsync(DriverVolume volume, CancellationToken ct) => Checked(volume);

    /// <inheritdoc/>
    public ValueTask ResizeAsync(DriverVolume volume, long sizeBytes, CancellationToken ct) =>
        throw new StorageRefusedException($"Cannot resize: {KernelOf(volume)} is read-only");

    /// <inheritdoc/>
    public ValueTask SnapshotAsync(DriverVolume volume, CancellationToken ct) => throw new StorageRefusedException($"Volume {KernelOf(volume)} keeps no revisions");

    /// <inheritdoc/>
    public ValueTask RevertAsync(DriverVolume volume, string revision, CancellationToken ct) => throw new RevisionNotFoundException(KernelOf(volume), revision);

    /// <inheritdoc/>
    /// <remarks>It takes no space of its own: the recorded usage is always 0.</remarks>
    public ValueTask<VolumeCondition> LookAsync(DriverVolume volume, CancellationToken ct)
    {
        KernelOf(volume);
        return ValueTask.FromResult(new VolumeCondition(true, false, 0, []));
    }

    /// <inheritdoc/>
    /// <remarks>A kernel that no qube uses is no stray.</remarks>
    public ValueTask<IReadOnlyList<StrayData>> FindStraysAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        ValueTask.FromResult<IReadOnlyList<StrayData>>([]);

    /// <inheritdoc/>
    public ValueTask RemoveStrayAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        throw new StorageRefusedException($"{PythonText.Repr(stray.Place)} is an installed kernel");

    private static ValueTask Checked(DriverVolume volume)
    {
        KernelOf(volume);
        return ValueTask.CompletedTask;
    }

    private static string KernelOf(DriverVolume volume) =>
        volume.Vid.Length <= MostCharacters && volume.Vid is not ("." or "..") && !volume.Vid.Any(character => character is '/' || char.IsControl(character))
            ? volume.Vid
            : throw new StorageRefusedException($"{PythonText.Repr(volume.Vid)} is not the name of a kernel");

    private static StorageRefusedException Refused(DriverVolume volume) => new($"LinuxModules supports only read-only volumes: {KernelOf(volume)}");

    private FolderHandle? TryOpen(Pool pool, string kernel)
    {
        using var top = files.Open(pool);
        return top.TryOpen(kernel);
    }
}
