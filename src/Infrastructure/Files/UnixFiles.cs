using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What POSIX offers for files and the BCL does not.</summary>
public static partial class UnixFiles
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int ExclusiveOrNot = 2 | 4; // LOCK_EX, LOCK_NB

    /// <summary>O_DIRECTORY, which differs between architectures.</summary>
    private static readonly int Directory = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>Brings the names in a folder to the disk.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synchronised.</exception>
    public static void SyncFolder(string path)
    {
        using var folder = Open(path, ReadOnly | Directory | CloseOnExec, 0);
        if (folder.IsInvalid)
        {
            throw Failure(path);
        }

        // A file system that cannot synchronise folders has nothing to lose here; FileStream.Flush(true) takes it the same way.
        if (Sync(folder) != 0
            && Marshal.GetLastPInvokeError() is not (UnixError.Invalid or UnixError.NotSupported or UnixError.ReadOnlyFileSystem))
        {
            throw Failure(path);
        }
    }

    /// <summary>Takes the lock of a folder, which every process can ask for; it is given back when what this returns is disposed.</summary>
    /// <returns>Null when somebody else holds it.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be opened or locked.</exception>
    public static SafeFileHandle? TryLockFolder(string path)
    {
        var folder = Open(path, ReadOnly | Directory | CloseOnExec, 0);
        if (!folder.IsInvalid && ApplyLock(folder, ExclusiveOrNot) == 0)
        {
            return folder;
        }

        var error = Marshal.GetLastPInvokeError();
        var failure = Failure(path);
        folder.Dispose();
        return error switch
        {
            UnixError.Again => null,
            UnixError.NotFound => throw new DirectoryNotFoundException(failure.Message),
            _ => throw failure,
        };
    }

    /// <summary>The id of a group, or null when there is none of this name.</summary>
    /// <exception cref="IOException">The groups cannot be read.</exception>
    public static uint? FindGroup(string name)
    {
        for (var size = 4096; ; size *= 2)
        {
            var buffer = new byte[size];
            var error = FindGroup(name, out var group, ref buffer[0], (nuint)size, out var found);
            if (found != 0)
            {
                return group.Id;
            }

            if (error != UnixError.TooSmall)
            {
                return error == 0 ? null : throw new IOException($"group {name}: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
        }
    }

    /// <summary>Gives an open file to a group.</summary>
    /// <exception cref="IOException">The daemon may not.</exception>
    public static void SetGroup(SafeFileHandle file, uint group)
    {
        const uint unchanged = uint.MaxValue;
        if (ChangeOwner(file, unchanged, group) != 0)
        {
            throw Failure($"group {group}");
        }
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int ApplyLock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FindGroup(string name, out GroupEntry group, ref byte buffer, nuint length, out nint found);

    /// <summary><c>struct group</c>. Its pointers lead into the buffer, which is not pinned any more: only the id may be used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct GroupEntry
    {
        private readonly nint name;
        private readonly nint password;
        public readonly uint Id;
        private readonly nint members;
    }
}
