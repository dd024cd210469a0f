using System.Net.Sockets;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Where the daemons of databases listen.</summary>
/// <remarks>Source: spec, qubesdb.md 8.</remarks>
internal static class QubesDbEndpoint
{
    /// <summary>Connects to the socket that may be written to, or else to the other one, as every client does.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    internal static async Task<Socket> ConnectAsync(RootedPaths paths, string qube, bool canWrite, CancellationToken ct)
    {
        if (qube.Contains('/', StringComparison.Ordinal))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        try
        {
            return await OpenAsync(paths, $"/run/qubes/qubesdb.{qube}.sock", ct).ConfigureAwait(false);
        }
        catch (SocketException) when (!canWrite)
        {
            return await OpenAsync(paths, $"/run/qubes/qubesdb.{qube}.ro.sock", ct).ConfigureAwait(false);
        }
    }

    private static async Task<Socket> OpenAsync(RootedPaths paths, string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.OnDisk(path)), ct).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
