using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>Asks the daemon that runs, for commands of this program.</summary>
/// <remarks>Source: spec, wire protocol 1 to 3.</remarks>
internal static class DaemonSocket
{
    private const int PieceBytes = 65536;
    private const int LongestReply = 256 << 20;

    /// <summary>The path of a socket.</summary>
    /// <param name="root">What <c>--root</c> names; null for <c>/</c>.</param>
    /// <param name="socket"><c>admin</c>, <c>internal</c> or <c>misc</c>.</param>
    internal static string PathOf(string? root, string socket) =>
        new RootedPaths(root).OnDisk(socket == "admin" ? "/var/run/qubesd.sock" : $"/var/run/qubesd.{socket}.sock");

    /// <summary>The header of a request.</summary>
    /// <exception cref="ArgumentException">A part of it would end the header, or begin another part.</exception>
    internal static byte[] Header(string method, string argument, string source, string destination)
    {
        foreach (var part in new[] { method, argument, source, destination })
        {
            if (!Ascii.IsValid(part) || part.Any(letter => letter is <= ' ' or '\x7f'))
            {
                throw new ArgumentException("a part of the request has a character that cannot be sent");
            }
        }

        return source.Length > 0 && destination.Length > 0
            ? Encoding.ASCII.GetBytes($"{method}{(argument.Length > 0 ? "+" : "")}{argument} {source} name {destination}\0")
            : throw new ArgumentException("source and destination have to be named");
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Its reply, to be read to the end.</returns>
    /// <exception cref="SocketException">There is no daemon, or this account may not ask it.</exception>
    /// <exception cref="IOException">It hung up.</exception>
    internal static async Task<NetworkStream> SendAsync(string path, ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
            var reply = new NetworkStream(socket, ownsSocket: true); // before its half is closed: then it does not count as connected
            await reply.WriteAsync(request, ct).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
            return reply;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request, and waits for its whole reply.</summary>
    /// <returns>What follows the status of a reply that is no refusal.</returns>
    /// <exception cref="SocketException">There is no daemon, or this account may not ask it.</exception>
    /// <exception cref="RefusedException">It refused; the text says why.</exception>
    /// <exception cref="IOException">It hung up, or answered more than anybody reads.</exception>
    internal static async Task<ReadOnlyMemory<byte>> AskAsync(string path, ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        await using var reply = await SendAsync(path, request, ct).ConfigureAwait(false);
        using var received = new MemoryStream();
        var piece = new byte[PieceBytes];
        while (await reply.ReadAsync(piece, ct).ConfigureAwait(false) is > 0 and var count)
        {
            await received.WriteAsync(piece.AsMemory(0, count), ct).ConfigureAwait(false);
            if (received.Length > LongestReply)
            {
                throw new IOException("the answer of the daemon is too long");
            }
        }

        // Status NUL content, or for a refusal status NUL class NUL trace NUL text NUL.
        var bytes = received.ToArray();
        return bytes switch
        {
            [(byte)'0', 0, ..] => bytes.AsMemory(2),
            [(byte)'2', 0, ..] => throw new RefusedException(Encoding.UTF8.GetString(bytes).Split('\0') is [_, _, _, { Length: > 0 } text, ..] ? text : "the daemon refused"),
            _ => throw new IOException("the daemon gave no answer; its log says why"),
        };
    }

    /// <summary>Why the daemon could not be asked, for people.</summary>
    internal static string TextOf(Exception reason) => reason switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "this account may not ask the daemon; root and the group qubes may",
        SocketException => "the daemon is not running; start qubesd, then try again",
        _ => reason.Message,
    };
}
