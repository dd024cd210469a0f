using System.Collections.Frozen;

namespace Qubes.Cqrs.Api;

/// <summary>Every method of the Admin API, and our own beside it.</summary>
/// <remarks>Source: spec, admin-api.yaml; a test compares the two but for our own.</remarks>
public static class MethodTable
{
    private static readonly AdminMethod[] Rows =
    [
        .. QubeMethods.Rows,
        .. PowerMethods.Rows,
        .. LabelMethods.Rows,
        .. PropertyMethods.Rows,
        .. FeatureMethods.Rows,
        .. TagMethods.Rows,
        .. NotesMethods.Rows,
        .. FirewallMethods.Rows,
        .. DeviceMethods.Rows,
        .. VolumeMethods.Rows,
        .. PoolMethods.Rows,
        .. BackupMethods.Rows,
        .. ComponentMethods.Rows,
        .. PolicyMethods.Rows,
        .. BulkMethods.Rows,
        .. HistoryMethods.Rows,
    ];

    private static readonly FrozenDictionary<string, AdminMethod>[] BySocket =
    [
        On(SocketKind.Admin), On(SocketKind.Internal), On(SocketKind.Misc),
    ];

    /// <summary>All rows, also those that are not served on a socket of this daemon, or not by this daemon alone.</summary>
    public static IReadOnlyList<AdminMethod> All => Rows;

    /// <summary>What the API has but a script or another daemon of dom0 serves.</summary>
    public static IEnumerable<AdminMethod> NotOnSocket => All.Where(method => method.Socket is null);

    /// <summary>The row of a method that is served on the socket, or null.</summary>
    public static AdminMethod? Find(SocketKind socket, string name) => BySocket[(int)socket].GetValueOrDefault(name);

    /// <summary>The row of a method that is served on the socket, or null; does not allocate.</summary>
    public static AdminMethod? Find(SocketKind socket, ReadOnlySpan<char> name) =>
        BySocket[(int)socket].GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var method) ? method : null;

    private static FrozenDictionary<string, AdminMethod> On(SocketKind socket) =>
        Rows.Where(method => method.Socket == socket && !method.IsAddOn).ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
}
