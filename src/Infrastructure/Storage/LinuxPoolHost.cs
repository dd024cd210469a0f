using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The disks of the machine that the daemon runs on.</summary>
/// <remarks>Source: spec, storage 1 and 5 to 10.</remarks>
public class LinuxPoolHost : IPoolHost
{
    private const int MostKernels = 10_000;

    private readonly RootedPaths paths;
    private readonly ZfsDriver zfs;

    /// <summary>Creates the host's disks.</summary>
    /// <param name="paths">Where the product's files lie.</param>
    /// <param name="steps">Hears of each command that sets a pool up.</param>
    public LinuxPoolHost(RootedPaths paths, IStorageSteps steps)
    {
        this.paths = paths;
        zfs = new ZfsDriver(new StorageTools(new HostToolRunner(paths), steps), TimeProvider.System);
        Callbacks = new CallbackPools(paths, new CallbackPrograms(paths, steps), SetUpWrappedAsync);
    }

    /// <summary>The callback pools of this host.</summary>
    public CallbackPools Callbacks { get; }

    /// <inheritdoc/>
    public async ValueTask<PoolSetup> SetUpAsync(NewPool pool, CancellationToken ct)
    {
        try
        {
            switch (pool.Driver.Name)
            {
                case PoolDrivers.Callback:
                    await Callbacks.SetUpAsync(pool.Name, pool.Find(PoolDrivers.ConfId) ?? "", ct).ConfigureAwait(false);
                    return PoolSetup.Done;
                case PoolDrivers.Zfs when File.Exists(paths.OnDisk("/dev/zfs")):
                    await zfs.SetUpAsync(pool.Find(PoolDrivers.Container) ?? "", ct).ConfigureAwait(false);
                    return PoolSetup.Done;
                default:
                    return SetUp(pool);
            }
        }
        catch (DomainException refused)
        {
            return new PoolSetup(PoolSetupOutcome.BadConfiguration, refused.Message);
        }
    }

    /// <inheritdoc/>
    public PoolFigures Measure(Pool pool)
    {
        if (pool.Find(PoolDrivers.DirPath) is not { } path || OnDisk(path) is not { } folder)
        {
            return PoolFigures.Unknown;
        }

        var real = RealPaths.Of(folder);
        return pool.Driver == PoolDrivers.LinuxKernel
            ? new PoolFigures(null, real, Kernels(folder))
            : new PoolFigures(Capacity(real), real, []);
    }

    /// <summary>Whether files in a folder can share their blocks.</summary>
    protected virtual bool SharesBlocks(string folder) => Reflinks.AreSupported(folder);

    /// <summary>Size and usage of the file system that holds a folder; nothing of both where there is no folder.</summary>
    protected virtual PoolCapacity Capacity(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return new PoolCapacity(0, 0);
        }

        var drive = new DriveInfo(folder);
        return new PoolCapacity(drive.TotalSize, drive.TotalSize - drive.TotalFreeSpace);
    }

    /// <summary>The kernels in a folder in the order of their versions.</summary>
    protected virtual IEnumerable<string> InOrder(IEnumerable<string> kernels) =>
        kernels.Order(StringComparer.Create(System.Globalization.CultureInfo.InvariantCulture, System.Globalization.CompareOptions.NumericOrdering));

    private PoolSetup SetUp(NewPool pool) => pool.Driver.Name switch
    {
        PoolDrivers.File => WithFolder(pool, folder => PoolFolders.Make(folder, _ => PoolSetup.Done)),
        PoolDrivers.FileReflink => WithFolder(pool, folder => PoolFolders.Make(folder, made =>
            pool.Find(PoolDrivers.SetupCheck) != "True" || SharesBlocks(made) ? PoolSetup.Done : new PoolSetup(PoolSetupOutcome.NoReflinks))),
        PoolDrivers.LinuxKernel => WithFolder(pool, _ => PoolSetup.Done),
        PoolDrivers.LvmThin => FindThinPool(Doubled(pool, PoolDrivers.VolumeGroup) + "-" + Doubled(pool, PoolDrivers.ThinPool)),
        _ => new PoolSetup(PoolSetupOutcome.NoZfs),
    };

    private async ValueTask SetUpWrappedAsync(NewPool pool, CancellationToken ct) => Pools.CheckSetup(pool, await SetUpAsync(pool, ct).ConfigureAwait(false));

    private EquatableArray<string> Kernels(string folder) => Directory.Exists(folder)
        ? InOrder(Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Take(MostKernels)).ToEquatableArray()
        : [];

    private PoolSetup WithFolder(NewPool pool, Func<string, PoolSetup> setUp) => OnDisk(pool.Find(PoolDrivers.DirPath) ?? "") is { } folder
        ? setUp(folder)
        : new PoolSetup(PoolSetupOutcome.NoFolder, "an absolute path was expected");

    // Folding '..' away keeps the path below the root.
    private string? OnDisk(string path) => path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal)
        ? Path.TrimEndingDirectorySeparator(paths.OnDisk(Path.GetFullPath(path)))
        : null;

    // Thin pools appear in the device mapper with a volume for their own records.
    private PoolSetup FindThinPool(string device)
    {
        if (device.Contains('/', StringComparison.Ordinal) || !File.Exists(paths.OnDisk("/dev/mapper/" + device)))
        {
            return new PoolSetup(PoolSetupOutcome.NoThinPool);
        }

        return File.Exists(paths.OnDisk($"/dev/mapper/{device}_tmeta")) ? PoolSetup.Done : new PoolSetup(PoolSetupOutcome.NotThin);
    }

    private static string Doubled(NewPool pool, string option) => (pool.Find(option) ?? "").Replace("-", "--", StringComparison.Ordinal);
}
