using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The calls into the C library with which volumes in files are handled: names are always looked up in an open folder, so no link on the way can lead elsewhere.</summary>
internal static partial class FileCalls
{
    internal const int ReadOnly = 0;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int RemoveFolder = 0x200; // AT_REMOVEDIR
    internal const int SeekData = 3;
    internal const int SeekHole = 4;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800; // opening a pipe that somebody put there must not wait
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollowStatus = 0x100;
    private const uint BasicStatus = 0x7ff;
    private const ulong FiClone = 0x40049409; // _IOW(0x94, 9, int) of linux/fs.h
    private const int StatusBytes = 256;

    // Both differ between architectures.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    private static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    /// <summary>Opens a folder by its path, following links.</summary>
    internal static SafeFileHandle OpenFolder(string path) => OpenAt(CurrentFolder, path, ReadOnly | Directory | CloseOnExec, 0);

    /// <summary>Opens a folder in a folder; a link is refused.</summary>
    internal static SafeFileHandle OpenFolder(SafeFileHandle folder, string name) => OpenAt(folder, name, ReadOnly | Directory | NoFollow | CloseOnExec, 0);

    /// <summary>Opens a file in a folder; a link is refused.</summary>
    internal static SafeFileHandle Open(SafeFileHandle folder, string name, int flags, int mode = 0) =>
        OpenAt(folder, name, flags | NoFollow | NonBlocking | CloseOnExec, mode);

    /// <summary>Looks at a name in a folder without following a link; 0, or -1 with the error set.</summary>
    internal static int Look(SafeFileHandle folder, string name, out FileStatus status) => Look(folder, name, NoFollowStatus, out status);

    /// <summary>Looks at an open file; 0, or -1 with the error set.</summary>
    internal static int Look(SafeFileHandle file, out FileStatus status) => Look(file, "", EmptyPath, out status);

    /// <summary>Lets <paramref name="target"/> share all blocks of <paramref name="source"/>; 0, or -1 with the error set.</summary>
    internal static int Share(SafeFileHandle target, SafeFileHandle source) => IoCtl(target, FiClone, source);

    /// <summary>The bytes that are free on the file system of an open folder.</summary>
    internal static long? FreeBytes(SafeFileHandle folder)
    {
        // On 64-bit systems struct statvfs begins with words: block size, fragment size, blocks, free blocks, blocks free for all.
        Span<byte> status = stackalloc byte[StatusBytes];
        return FileSystemOf(folder, ref status[0]) != 0
            ? null
            : (long)UInt128.Min(long.MaxValue, (UInt128)BitConverter.ToUInt64(status[8..]) * BitConverter.ToUInt64(status[32..]));
    }

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeFolder(SafeFileHandle folder, string name, int mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(SafeFileHandle folder, string name, SafeFileHandle newFolder, string newName);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(SafeFileHandle folder, string name, SafeFileHandle newFolder, string newName, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(SafeFileHandle file, long sizeBytes);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    internal static partial nint CopyRange(
        SafeFileHandle source, ref long sourceOffset, SafeFileHandle target, ref long targetOffset, nuint count, uint flags);

    private static int Look(SafeFileHandle folder, string name, int flags, out FileStatus status)
    {
        // struct statx is the same on every architecture.
        Span<byte> raw = stackalloc byte[StatusBytes];
        var outcome = StatusOf(folder, name, flags, BasicStatus, ref raw[0]);
        status = outcome != 0 ? default : new FileStatus(
            BitConverter.ToUInt16(raw[28..]) & 0xf000u,
            ((ulong)BitConverter.ToUInt32(raw[136..]) << 32) | BitConverter.ToUInt32(raw[140..]),
            BitConverter.ToUInt64(raw[32..]),
            BitConverter.ToInt64(raw[40..]),
            BitConverter.ToInt64(raw[48..]) * 512,
            Ticks(BitConverter.ToInt64(raw[112..]), BitConverter.ToUInt32(raw[120..])),
            BitConverter.ToInt64(raw[96..]));
        return outcome;
    }

    // Times that no date can hold are those of the first and the last one.
    private static long Ticks(long seconds, uint nanoseconds) => DateTime.UnixEpoch.Ticks + (nanoseconds / 100) +
        (Math.Clamp(seconds, -DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond, ((DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) - 1) *
            TimeSpan.TicksPerSecond);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle folder, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenAt(int folder, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOf(SafeFileHandle folder, string name, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "fstatvfs", SetLastError = true)]
    private static partial int FileSystemOf(SafeFileHandle folder, ref byte status);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoCtl(SafeFileHandle target, ulong request, SafeFileHandle source);
}
