using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>A bound and listening UNIX socket that removes its file when it is closed, if the file is still its own.</summary>
/// <remarks>
/// Bound by hand: the runtime's own socket removes whatever lies at the path when it is closed, also the socket of a daemon that took over.
/// </remarks>
internal sealed class ListeningSocket : IDisposable
{
    private const int PathBytes = 108;
    private const int PathAt = 2;
    private const uint UnchangedOwner = uint.MaxValue;

    // As large as the system allows by default (net.core.somaxconn); a connect beyond it waits.
    private const int Backlog = 4096;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string path;
    private FileIdentity? identity;

    private ListeningSocket(string path, Socket socket)
    {
        this.path = path;
        Socket = socket;
        identity = FileIdentity.Of(path);
    }

    internal Socket Socket { get; }

    /// <summary>Listens on the path; who may connect is settled before anybody can.</summary>
    /// <exception cref="SocketExistsException">The path is in use.</exception>
    internal static ListeningSocket Open(string path, string group, UnixFileMode mode)
    {
        var address = AddressOf(path);
        RemoveStale(path);
        var descriptor = LibC.Socket(LibC.UnixFamily, LibC.StreamType | LibC.CloseOnExec, 0);
        LibC.Check(descriptor, "cannot create a socket");
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        var isBound = false;
        try
        {
            LibC.Check(LibC.Bind(handle, address, (uint)address.Length), $"cannot create {path}");
            isBound = true;

            // Until it listens, every connect is refused, so the permissions have no gap.
            Permit(path, group, mode);
            LibC.Check(LibC.Listen(handle, Backlog), $"cannot listen on {path}");
            return new ListeningSocket(path, new Socket(handle));
        }
        catch
        {
            handle.Dispose();
            if (isBound)
            {
                _ = LibC.Unlink(path);
            }

            throw;
        }
    }

    /// <summary>Stops listening and removes the file, unless another one lies there now.</summary>
    public void Dispose()
    {
        if (identity is { } own && FileIdentity.Of(path) == own)
        {
            _ = LibC.Unlink(path);
        }

        identity = null; // once the socket is closed, a successor's file may get the same number
        Socket.Dispose();
    }

    private static byte[] AddressOf(string path)
    {
        var bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes >= PathBytes)
        {
            throw new IOException($"path of a socket is too long ({bytes} bytes, at most {PathBytes - 1}): {path}");
        }

        var address = new byte[PathAt + bytes + 1];
        MemoryMarshal.Write(address, (ushort)LibC.UnixFamily);
        Encoding.UTF8.GetBytes(path, address.AsSpan(PathAt));
        return address;
    }

    private static void RemoveStale(string path)
    {
        if (FileIdentity.Of(path) is not { } found)
        {
            return;
        }

        if (!found.IsSocket || IsServed(path))
        {
            throw new SocketExistsException(path);
        }

        if (LibC.Unlink(path) < 0 && Marshal.GetLastPInvokeError() != LibC.NoEntry)
        {
            LibC.Check(-1, $"cannot remove the stale socket {path}");
        }
    }

    private static bool IsServed(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return false;
        }
        catch (SocketException busy) when (busy.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return true;
        }
    }

    // Beside the owner only the group may connect; where the group cannot be given, nobody may: an ordinary user's own group may hold others.
    private static void Permit(string path, string group, UnixFileMode mode)
    {
        var isGiven = false;
        if (FindGroup(group) is { } id)
        {
            isGiven = LibC.ChangeOwner(path, UnchangedOwner, id) == 0;
            if (!isGiven && Marshal.GetLastPInvokeError() != LibC.NotPermitted)
            {
                LibC.Check(-1, $"cannot give {path} to the group {group}");
            }
        }

        var given = isGiven || LibC.EffectiveUser() == 0 ? mode : mode & OwnerOnly;
        LibC.Check(LibC.ChangeMode(path, (uint)given), $"cannot set the mode of {path}");
    }

    private static uint? FindGroup(string name)
    {
        for (var size = 4096; ; size *= 4)
        {
            var error = LibC.FindGroup(name, out var entry, new byte[size], (nuint)size, out var found);
            if (error != LibC.Range)
            {
                return error == 0 && found != 0 ? entry.Id : null;
            }
        }
    }
}
