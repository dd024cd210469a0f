using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The few calls into the C library that .NET has no counterpart for.</summary>
internal static partial class Posix
{
    /// <summary>Interrupts; a postmaster shuts down fast.</summary>
    public const int SigInt = 2;

    /// <summary>Quits; a postmaster shuts down at once and recovers at its next start.</summary>
    public const int SigQuit = 3;

    /// <summary>Kills.</summary>
    public const int SigKill = 9;

    private const long TmpFs = 0x01021994;
    private const long RamFs = 0x858458f6;
    private const int NoSuchProcess = 3;
    private const int CurrentFolder = -100;
    private const uint UserIdWanted = 8;
    private const uint TypeWanted = 1;

    /// <summary>Whether this process has root's rights.</summary>
    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>The effective user id of this process.</summary>
    public static uint UserId => GetEffectiveUserId();

    /// <summary>Gives a file or folder to an account, without following a symbolic link.</summary>
    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (ChangeLinkOwner(path, user, group) != 0)
        {
            throw new IOException($"cannot change the owner of {path}", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
    }

    /// <summary>The account that a file or folder belongs to; null when there is no such file.</summary>
    public static uint? FindOwner(string path)
    {
        // struct statx is the same on every architecture: the user id stands at byte 20.
        Span<byte> status = stackalloc byte[256];
        return StatusOf(CurrentFolder, path, 0, UserIdWanted, ref status[0]) == 0 ? BitConverter.ToUInt32(status[20..]) : null;
    }

    /// <summary>What a path leads to, links followed: the type bits of the mode; null when it leads nowhere.</summary>
    public static uint? FindKind(string path)
    {
        // struct statx is the same on every architecture: the mode stands at byte 28.
        Span<byte> status = stackalloc byte[256];
        return StatusOf(CurrentFolder, path, 0, TypeWanted, ref status[0]) == 0 ? BitConverter.ToUInt16(status[28..]) & 0xf000u : null;
    }

    /// <summary>Whether a folder lies on a file system that is kept in memory; true also when that cannot be told.</summary>
    public static bool IsInMemory(string folder)
    {
        // On every 64-bit architecture struct statfs begins with the type, as a word.
        Span<byte> status = stackalloc byte[512];
        return FileSystemOf(folder, ref status[0]) != 0 || BitConverter.ToInt64(status) is TmpFs or RamFs;
    }

    /// <summary>Sends a signal; false when the process is gone.</summary>
    public static bool Signal(int processId, int signal)
    {
        if (Kill(processId, signal) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOf(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileSystemOf(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
