using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Every storage driver.</summary>
public sealed class VolumeDrivers : IVolumeDrivers, IDisposable
{
    private readonly RootedPaths paths;
    private readonly LinuxPoolHost host;
    private readonly IStorageSteps steps;
    private readonly ReflinkDriver reflink;
    private readonly CowDriver cow;
    private readonly KernelDriver kernels;
    private readonly LvmThinDriver thin;
    private readonly ZfsDriver zfs;
    private readonly CallbackDriver callback;

    /// <summary>Creates the drivers.</summary>
    /// <param name="paths">Where pools and tools lie.</param>
    /// <param name="devices">Builds the devices of <c>file</c> pools.</param>
    /// <param name="host">The disks.</param>
    /// <param name="steps">Hears of every change.</param>
    /// <param name="time">The clock.</param>
    public VolumeDrivers(RootedPaths paths, ISnapshotDevices devices, LinuxPoolHost host, IStorageSteps steps, TimeProvider time)
    {
        var tools = new StorageTools(new HostToolRunner(paths), steps);
        (this.paths, this.host, this.steps) = (paths, host, steps);
        (reflink, cow, kernels) = (new ReflinkDriver(paths, steps), new CowDriver(paths, devices, steps), new KernelDriver(paths));
        (thin, zfs, callback) = (new LvmThinDriver(tools, time), new ZfsDriver(tools, time), new CallbackDriver(host.Callbacks, Of));
    }

    /// <inheritdoc/>
    public IVolumeDriver Of(Pool pool) => pool.Driver switch
    {
        PoolDrivers.FileReflink => reflink,
        PoolDrivers.File => cow,
        PoolDrivers.LinuxKernel => kernels,
        PoolDrivers.LvmThin => thin,
        PoolDrivers.Zfs => zfs,
        PoolDrivers.Callback => callback,
        _ => throw new StorageRefusedException($"Pool {pool.Name} has a driver that is not known: {PythonText.Repr(pool.Driver)}"),
    };

    /// <inheritdoc/>
    public async ValueTask<long?> FreeBytesAsync(Pool pool, CancellationToken ct) =>
        await Task.Run(() => host.Measure(pool).Capacity, ct).ConfigureAwait(false) is { SizeBytes: > 0 } capacity ? capacity.SizeBytes - capacity.UsageBytes : null;

    /// <inheritdoc/>
    public async ValueTask CopyAsync(string from, string to, CancellationToken ct) =>
        await Task.Run(() => FileCopies.Copy(paths.OnDisk(from), paths.OnDisk(to), steps, ct), ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string to, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        steps.Before($"write {Path.GetFileName(to)}");
        using var file = File.OpenHandle(paths.OnDisk(to), FileMode.Open, FileAccess.Write);
        await RandomAccess.WriteAsync(file, data, 0, ct).ConfigureAwait(false);
        RandomAccess.FlushToDisk(file);
    }

    /// <inheritdoc/>
    public void Dispose() => thin.Dispose();
}
