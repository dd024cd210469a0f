namespace Qubes.Cqrs.Infrastructure;

/// <summary>What the file system tells of a name.</summary>
/// <param name="Kind">What it is: the type bits of the mode.</param>
/// <param name="Device">The device that holds it: major number in the upper, minor number in the lower half.</param>
/// <param name="Inode">Its number there: two names of one file have the same.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="AllocatedBytes">What it takes on the disk.</param>
/// <param name="ModifiedTicks">When its data was changed last, in ticks (100 ns) since the year 1, UTC.</param>
/// <param name="ChangedSeconds">When its data, its names or its mode were changed last, in seconds since 1970.</param>
internal readonly record struct FileStatus(
    uint Kind, ulong Device, ulong Inode, long SizeBytes, long AllocatedBytes, long ModifiedTicks, long ChangedSeconds)
{
    internal const uint Folder = 0x4000;
    internal const uint Regular = 0x8000;

    /// <summary>Whether it is a file, not a folder, link or device.</summary>
    internal bool IsFile => Kind == Regular;

    /// <summary>Whether two names are those of one file.</summary>
    internal bool IsSameFile(FileStatus other) => Device == other.Device && Inode == other.Inode;
}
