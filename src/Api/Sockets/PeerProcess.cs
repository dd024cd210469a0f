using System.Net.Sockets;
using System.Runtime.InteropServices;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Finds the process at the other end of a UNIX socket.</summary>
internal static class PeerProcess
{
    private const int CommandBytes = 15;

    /// <summary>The process that connected, as the kernel recorded it then; its command name is empty when it has ended.</summary>
    internal static Peer Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(LibC.SocketLevel, LibC.PeerCredentials, credentials);
        var process = MemoryMarshal.Read<int>(credentials);
        return new Peer(MemoryMarshal.Read<int>(credentials[4..]), process, CommandOf(process));
    }

    private static string CommandOf(int process)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{process}/comm");
            Span<byte> name = stackalloc byte[CommandBytes];
            return Sanitise(name[..RandomAccess.Read(file, name, 0)]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // The process chooses its name itself, and the name goes into the log.
    internal static string Sanitise(ReadOnlySpan<byte> untrustedName)
    {
        var end = untrustedName.IndexOf((byte)'\n');
        var name = end < 0 ? untrustedName : untrustedName[..end];
        return string.Create(name.Length, name, static (text, bytes) =>
        {
            for (var index = 0; index < text.Length; index++)
            {
                text[index] = bytes[index] is >= 0x20 and < 0x7f ? (char)bytes[index] : '?';
            }
        });
    }
}
