using System.Net.Sockets;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A service of dom0 that waits behind a socket.</summary>
/// <remarks>Source: spec, wire protocol 9: such a service is told first who calls what.</remarks>
internal static class Dom0Service
{
    /// <summary>Calls a service.</summary>
    /// <param name="path">Its socket, on disk.</param>
    /// <param name="header">Who calls what, ASCII, without the NUL that ends it.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="mostBytes">The most that is read of what it answers.</param>
    /// <param name="ct">Ends the waiting, and hangs up.</param>
    /// <returns>What it answered, Latin-1, one byte more than <paramref name="mostBytes"/> when it was longer.</returns>
    /// <exception cref="IOException">It does not run, or hung up.</exception>
    internal static async Task<string> CallAsync(string path, string header, ReadOnlyMemory<byte> input, int mostBytes, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
            var stream = new NetworkStream(socket);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(header + "\0"), ct).ConfigureAwait(false);
                await stream.WriteAsync(input, ct).ConfigureAwait(false);
                socket.Shutdown(SocketShutdown.Send);
                var answer = new byte[mostBytes + 1];
                var read = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
                return Encoding.Latin1.GetString(answer, 0, read);
            }
        }
        catch (SocketException nobody)
        {
            throw new IOException(nobody.Message, nobody);
        }
    }
}
