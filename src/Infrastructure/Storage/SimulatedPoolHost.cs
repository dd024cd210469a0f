using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The disks of a described host: folders are made below the root like everybody's, the file system is as the description has it.</summary>
public sealed class SimulatedPoolHost(HostDescription description, RootedPaths paths, IStorageSteps steps) : LinuxPoolHost(paths, steps)
{
    /// <inheritdoc/>
    protected override bool SharesBlocks(string folder) => description.Reflink;

    /// <inheritdoc/>
    protected override PoolCapacity Capacity(string folder) =>
        description.FileSystemSizeGiB is { } size ? new PoolCapacity(size << 30, 0) : base.Capacity(folder);

    /// <inheritdoc/>
    protected override IEnumerable<string> InOrder(IEnumerable<string> kernels)
    {
        // A folder lists what was put there first.
        var installed = description.Kernels.Items;
        return base.InOrder(kernels).OrderBy(kernel => installed.IndexOf(kernel) is var place and >= 0 ? place : installed.Length);
    }
}
