using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Api;

/// <summary>The calls of the C library that the runtime does not offer.</summary>
internal static partial class LibC
{
    internal const int UnixFamily = 1;
    internal const int StreamType = 1;
    internal const int CloseOnExec = 0x80000;
    internal const int SocketLevel = 1;
    internal const int PeerCredentials = 17;
    internal const int DescriptorLimit = 7;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int NotPermitted = 1;
    internal const int Range = 34;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(SafeHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(SafeHandle socket, int backlog);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FindGroup(string name, out GroupEntry entry, Span<byte> buffer, nuint length, out nint result);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int ControlPoll(int poll, int operation, SafeHandle descriptor, ReadOnlySpan<byte> @event);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int WaitPoll(int poll, Span<byte> events, int count, int timeoutMilliseconds);

    /// <summary>Throws what the last call left as its error, unless it returned success.</summary>
    internal static void Check(int result, string what)
    {
        if (result < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", new Win32Exception(error));
        }
    }

    /// <summary>A row of the group database (<c>struct group</c>).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct GroupEntry
    {
        internal nint Name;
        internal nint Password;
        internal uint Id;
        internal nint Members;
    }

    /// <summary>A limit of the process (<c>struct rlimit</c>).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        internal nuint Soft;
        internal nuint Hard;
    }
}
