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

    private const int ReadOnly = 0;
    private const int Directory = 0x10000; // O_DIRECTORY of Linux, the same on x86-64; on arm64 it is 0x4000
    private const int DirectoryOnArm = 0x4000;
    private const int CloseOnExec = 0x80000;
    private const int NoSuchProcess = 3;

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

    /// <summary>Writes a folder's entries through to the disk.</summary>
    public static void SyncDirectory(string path)
    {
        var isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var descriptor = Open(path, ReadOnly | CloseOnExec | (isArm ? DirectoryOnArm : Directory));
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the folder {path}", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw new IOException($"cannot sync the folder {path}", new Win32Exception(Marshal.GetLastPInvokeError()));
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
