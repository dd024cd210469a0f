using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>The sockets of the policy daemon, as many of them as nobody else serves.</summary>
/// <remarks>Source: spec, policy 6. Unlike the daemon's own sockets, one that cannot be had does not keep it from starting: calls are then judged by whoever has it.</remarks>
internal sealed class PolicySockets : IAsyncDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly List<SocketServer> servers = [];

    private PolicySockets()
    {
    }

    /// <summary>How many of them are served here.</summary>
    internal int Count => servers.Count;

    /// <summary>The number of connections that are open on all.</summary>
    internal int OpenConnections => servers.Sum(server => server.OpenConnections);

    /// <summary>Creates the sockets and begins to serve them; it logs which of them cannot be had.</summary>
    internal static PolicySockets Open(IEnumerable<PolicySocket> places, PolicyDesk desk, SocketServerOptions options, ILogger logger)
    {
        var sockets = new PolicySockets();
        foreach (var place in places)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place.Path) ?? "/");
                sockets.servers.Add(SocketServer.Listen(
                    place.Path, options with { Mode = Mode }, logger, (server, socket) => new PolicyConnection(server, place, socket, desk, logger)));
            }
            catch (SocketExistsException)
            {
                PolicyLog.InUse(logger, place.Path);
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
            {
                PolicyLog.CannotServe(logger, place.Path, reason.Message);
            }
        }

        sockets.servers.ForEach(server => server.Start());
        return sockets;
    }

    /// <summary>Stops all: whoever is asked something is not asked any longer, and answers that are being made may still be sent.</summary>
    internal Task StopAsync(TimeSpan bound) => Task.WhenAll(servers.Select(server => server.StopAsync(bound)));

    /// <summary>Stops without waiting for anything.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);
}
