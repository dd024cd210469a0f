using System.Net.Sockets;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Finds the policy and the qubes of now or of a moment in the past.</summary>
/// <remarks>Now: the files as they lie there, and the qubes as the daemon lists them. Then: both from the log.</remarks>
internal static class PolicySituations
{
    /// <summary>Finds them.</summary>
    /// <param name="root">What <c>--root</c> names; null for <c>/</c>.</param>
    /// <param name="config">The configuration; null for the usual place.</param>
    /// <param name="at">The moment as a user names it; null for now.</param>
    /// <param name="ct">Ends it.</param>
    internal static async Task<PolicySituation> FindAsync(string? root, string? config, string? at, CancellationToken ct)
    {
        if (at is null)
        {
            using var disk = new PolicyDisk(new RootedPaths(root));
            var files = new RememberedPolicySource(disk); // so that what is shown is what was read
            var system = await AskOrTellAsync(root, ct).ConfigureAwait(false);
            return Of(files, system, system.Names, null);
        }

        var (world, _) = await PastWorldReader.ReadAsync(root, config, (search, _, stop) => new MomentSearch(search, TimeProvider.System).FindAsync(at, stop), ct).ConfigureAwait(false);
        if (world.Policy.Entries.IsEmpty)
        {
            throw new PolicyToolException($"the log did not know the policy at position {world.Position}");
        }

        return Of(world.Policy, new WorldPolicySystem(world), world.InOrder().Select(qube => qube.Name), world.Position);
    }

    /// <summary>The qubes as the daemon lists them.</summary>
    /// <exception cref="PolicyToolException">There is no daemon, or it does not answer.</exception>
    private static async Task<ListedSystem> AskOrTellAsync(string? root, CancellationToken ct)
    {
        try
        {
            return await AskAsync(root, ct).ConfigureAwait(false);
        }
        catch (SocketException reason)
        {
            throw new PolicyToolException(DaemonSocket.TextOf(reason) + "; --at head asks the log instead");
        }
    }

    /// <summary>The qubes as the daemon lists them.</summary>
    internal static async Task<ListedSystem> AskAsync(string? root, CancellationToken ct) => ListedSystem.Read(await DaemonSocket.AskAsync(
        DaemonSocket.PathOf(root, "internal"), DaemonSocket.Header("internal.GetSystemInfo", "", "dom0", "dom0"), ct).ConfigureAwait(false));

    private static PolicySituation Of(IPolicySource source, IPolicySystem system, IEnumerable<string> names, LogPosition? position)
    {
        var state = PolicyState.Of(source, PolicyLocations.Standard);
        return new PolicySituation(source, state.Rules, state.Fault, system, [.. names.Order(StringComparer.Ordinal)], position);
    }
}
