using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>The three sockets of the daemon: all of them or none.</summary>
/// <remarks>Source: spec, wire protocol 1.</remarks>
public sealed class AdminSockets : IAsyncDisposable
{
    private readonly IReadOnlyList<AdminSocketServer> servers;

    private AdminSockets(IReadOnlyList<AdminSocketServer> servers) => this.servers = servers;

    /// <summary>The file names, in the order in which the sockets are created.</summary>
    public static IReadOnlyList<(SocketKind Kind, string FileName)> Names { get; } =
    [
        (SocketKind.Admin, "qubesd.sock"),
        (SocketKind.Internal, "qubesd.internal.sock"),
        (SocketKind.Misc, "qubesd.misc.sock"),
    ];

    /// <summary>The number of connections that are open on the three.</summary>
    public int OpenConnections => servers.Sum(server => server.OpenConnections);

    /// <summary>Creates the sockets in <paramref name="folder"/>, on disk, and begins to serve them; also raises the limit of descriptors.</summary>
    /// <exception cref="SocketExistsException">One of the paths is in use; none of the sockets is left behind.</exception>
    public static async Task<AdminSockets> OpenAsync(string folder, IRequestHandler handler, SocketServerOptions options, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        var descriptors = ProcessLimits.RaiseFileDescriptors();
        var servers = new List<AdminSocketServer>();
        try
        {
            foreach (var (kind, fileName) in Names)
            {
                var own = options with { MaxConnections = ProcessLimits.MaxConnections(kind, descriptors) };
                servers.Add(AdminSocketServer.Listen(Path.Combine(folder, fileName), kind, handler, own, logger));
            }
        }
        catch
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }

            throw;
        }

        servers.ForEach(server => server.Start());
        return new AdminSockets(servers);
    }

    /// <summary>Stops all three: see <see cref="AdminSocketServer.StopAsync"/>.</summary>
    public Task StopAsync(TimeSpan bound) => Task.WhenAll(servers.Select(server => server.StopAsync(bound)));

    /// <summary>Stops without waiting for anything.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);
}
