using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Which remote qubes a relay leads to.</summary>
/// <remarks>Source: spec, qubesdb.md 2, /remote; extensions.md, relay. A relay that is given up keeps the key until it stops, as with the original.</remarks>
internal static class RelayKeys
{
    /// <summary>Writes the remote qubes of a relay that has started.</summary>
    internal static void WriteAll(DatabaseEdits edits, Qube relay)
    {
        foreach (var remote in edits.World.InOrder().Where(qube => RelayOf(edits.World, qube)?.Id == relay.Id))
        {
            Write(edits, relay, remote);
        }
    }

    /// <summary>Writes a remote qube into its relay, if that one runs.</summary>
    internal static void WriteRemote(DatabaseEdits edits, Qube remote)
    {
        if (RelayOf(edits.World, remote) is { } relay)
        {
            Write(edits, relay, remote);
        }
    }

    private static void Write(DatabaseEdits edits, Qube relay, Qube remote) => edits.Write(
        relay.Id, "/remote/" + remote.Name, PropertyValues.Get(edits.World, remote, "remote_name")?.Text is { Length: > 0 } name ? name : remote.Name);

    private static Qube? RelayOf(World world, Qube qube) =>
        qube.Class == QubeClass.RemoteVM ? PropertyValues.GetQube(world, qube, "relayvm") : null;
}
