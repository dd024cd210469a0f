using System.Collections.Immutable;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Passes every commit on to the views, the snapshots, the subscribers, those who follow the state, and who remembers disposables.</summary>
internal sealed class CommitFanOut(EventHub hub, StateChanges changes, RecentDispIds recentDispIds) : ICommitObserver
{
    /// <summary>The view of the store; null while a foreign store is kept.</summary>
    public QubesXmlView? Store { get; set; }

    /// <summary>The view of the store with all disposables, in memory; null where the store itself has them.</summary>
    public QubesXmlView? WholeStore { get; set; }

    /// <summary>The snapshots; null without a log.</summary>
    public SnapshotKeeper? Snapshots { get; set; }

    /// <summary>The files of dom0's services; null without a log.</summary>
    public Dom0ServicesView? Services { get; set; }

    /// <summary>The files of qubes; null while a foreign store is kept.</summary>
    public QubeFilesView? Files { get; set; }

    /// <summary>Waits for the end of firewall rules; null without a log.</summary>
    public FirewallExpiry? Expiry { get; set; }

    /// <summary>The databases of qubes; null without a log.</summary>
    public QubesDbFollower? Keys { get; set; }

    /// <summary>The storage process; null before there is one.</summary>
    public VolumeProcess? Volumes { get; set; }

    /// <summary>The keeper of the policy's files; null before there is one.</summary>
    public PolicyWatch? Policy { get; set; }

    /// <summary>The executor; null before there is one.</summary>
    public PowerProcess? Power { get; set; }

    /// <summary>The work on devices; null before there is one.</summary>
    public DeviceProcess? Devices { get; set; }

    /// <summary>The keeper of disposables; null before there is one.</summary>
    public DisposableProcess? Disposables { get; set; }

    public void Committed(World world, ImmutableArray<RecordedEvent> events)
    {
        Store?.Publish(world.Kept);
        WholeStore?.Publish(world);
        Snapshots?.Publish(world.Kept);
        Services?.Publish(world);
        Files?.Publish(world.Kept, events);
        Expiry?.Committed(events);
        changes.Publish(world, events);
        recentDispIds.Committed(world, events);
        Keys?.Committed(events); // before the executor writes what they hold
        Volumes?.Committed(world, events);
        Policy?.Committed(events);
        Devices?.Committed(world, events);
        Power?.Committed(world, events);
        Disposables?.Committed(events);
    }

    public void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position)
    {
        hub.Publish(moment, announcements);
        Disposables?.Announced(announcements);
    }
}
