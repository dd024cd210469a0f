using System.Globalization;
using System.Net.Sockets;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What xenstore tells of domains that libvirt does not: which domain emulates devices for another.</summary>
/// <param name="paths">Where its socket lies.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <remarks>Source: spec, properties.yaml, stubdom_xid and stubdom_uuid.</remarks>
public sealed class XenstoreDomains(RootedPaths paths, TimeSpan timeout)
{
    private const string SocketPath = "/run/xenstored/socket";
    private const string Prefix = "/vm/";

    /// <summary>Whether this host has a xenstore.</summary>
    public bool IsPresent => File.Exists(paths.OnDisk(SocketPath));

    /// <summary>The number of the domain that emulates devices for a domain, or -1.</summary>
    public async ValueTask<int> FindStubdomainAsync(int xid, CancellationToken ct) =>
        int.TryParse(await ReadAsync(Node(xid, "image/device-model-domid"), ct).ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var stubdomain)
            ? stubdomain
            : -1;

    /// <summary>The UUID of a domain, or null.</summary>
    public async ValueTask<QubeId?> FindUuidAsync(int xid, CancellationToken ct) =>
        await ReadAsync(Node(xid, "vm"), ct).ConfigureAwait(false) is { } path && path.StartsWith(Prefix, StringComparison.Ordinal) &&
        QubeId.TryParse(path[Prefix.Length..], out var id)
            ? id
            : null;

    private static string Node(int xid, string name) => string.Create(CultureInfo.InvariantCulture, $"/local/domain/{xid}/{name}");

    // Who cannot be asked is as good as one who does not know: the domain runs all the same.
    private async Task<string?> ReadAsync(string path, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.OnDisk(SocketPath)), ct).ConfigureAwait(false);
            await using var client = new XenstoreClient(socket, timeout);
            return await client.ReadAsync(path, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return null;
        }
    }
}
