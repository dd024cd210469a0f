using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Lets the network interfaces of running qubes follow what the log says.</summary>
/// <remarks>Source: spec, lifecycle.md 3 (domain-start), 4 and 13; properties.yaml, netvm.</remarks>
internal sealed class NetworkConnections(PowerContext context, Func<QubeId, Func<Task>, Task> enqueue, PowerRequests requests)
{
    private static readonly TimeSpan UplinkTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Hears of a commit; neither waits nor throws.</summary>
    internal void Committed(World world, ImmutableArray<RecordedEvent> events, CancellationToken stop)
    {
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case PropertySet { Property: "netvm", Qube: { } qube } when PowerStates.Active(world, qube) is not null:
                    Follow(qube, stop);
                    break;
                case PropertyReset { Property: "netvm", Qube: { } qube } when PowerStates.Active(world, qube) is not null:
                    Follow(qube, stop);
                    break;
                case PropertySet { Property: "default_netvm", Qube: null } or PropertyReset { Property: "default_netvm", Qube: null }:
                    FollowAll(world, qube => !qube.Properties.ContainsKey("netvm"), stop);
                    break;
                case QubeStarted started when IsProvider(world, started.Qube):
                    FollowAll(world, qube => NetworkValues.NetVm(world, qube)?.Id == started.Qube, stop);
                    break;
                case QubeStopped stopped when IsProvider(world, stopped.Qube):
                    FollowAll(world, qube => PowerStates.Active(world, qube.Id)?.NetVm == stopped.Qube, stop);
                    break;
                case ActivityObserved { Activity: DomainActivity.Running } observed:
                    Follow(observed.Qube, stop);
                    break;
                case FeatureRemoved { Feature: LiveNetwork.Deferred } applied when PowerStates.Active(world, applied.Qube) is { IsPaused: false }:
                    Follow(applied.Qube, stop);
                    _ = enqueue(applied.Qube, () => requests.RunServiceAsync(
                        applied.Qube, "qubes.WaitForNetworkUplink", UplinkTimeout, Call.OfDaemon(PowerProcess.Verb), stop));
                    break;
            }
        }
    }

    private static bool IsProvider(World world, QubeId id) => world.Find(id) is { } qube && NetworkValues.ProvidesNetwork(qube);

    private void FollowAll(World world, Func<Qube, bool> concerned, CancellationToken stop)
    {
        foreach (var qube in PowerStates.ActiveQubes(world).Where(concerned))
        {
            Follow(qube.Id, stop);
        }
    }

    private void Follow(QubeId qube, CancellationToken stop) => _ = enqueue(qube, () => FollowAsync(qube, stop));

    // A paused qube keeps what it has; a network that is off is no network.
    private async Task FollowAsync(QubeId id, CancellationToken stop)
    {
        var world = context.World;
        if (world.Find(id) is not { } qube || PowerStates.Active(world, id) is not { IsPaused: false, Phase: RunPhase.Started } run)
        {
            return;
        }

        var wanted = NetworkValues.NetVm(world, qube) is { } netvm && PowerStates.IsActive(world, netvm) ? netvm : null;
        if (wanted?.Id == run.NetVm)
        {
            return;
        }

        if (run.NetVm is { } before)
        {
            if (world.Find(before) is { } former)
            {
                await TryAsync(id, "take the network away", () => context.Ports.Hypervisor.DetachAsync(id, context.Ports.Definitions.NetworkCard(world, qube, former), stop)).ConfigureAwait(false);
            }

            await NoteAsync(id, run.Id, null).ConfigureAwait(false);
        }

        if (wanted is not null && await TryAsync(
            id, "connect the network", () => context.Ports.Hypervisor.AttachAsync(id, context.Ports.Definitions.NetworkCard(world, qube, wanted), stop)).ConfigureAwait(false))
        {
            await NoteAsync(id, run.Id, wanted.Id).ConfigureAwait(false);
        }
    }

    private Task NoteAsync(QubeId id, string run, QubeId? netvm) =>
        context.NoteAsync(id, draft => RunObservations.Connect(draft, id, run, netvm), Call.OfDaemon(PowerProcess.Verb));

    private async Task<bool> TryAsync(QubeId id, string what, Func<ValueTask> effect)
    {
        try
        {
            await effect().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException && PowerFaults.IsExpected(e))
        {
            PowerLog.NotDone(context.Logger, what, id, e.Message);
            return false;
        }
    }
}
