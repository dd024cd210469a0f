using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>Every event type with its alias in the log and its retention class.</summary>
/// <remarks>An alias is storage format: never rename one; a changed meaning gets a new alias (<c>…-v2</c>) and an upcaster.</remarks>
public static class EventCatalog
{
    /// <summary>All event types.</summary>
    public static readonly EquatableArray<EventType> All =
    [
        new("label-add", typeof(LabelAdded), Retention.Configuration),
        new("label-remove", typeof(LabelRemoved), Retention.Configuration),
        new("property-set", typeof(PropertySet), Retention.Configuration),
        new("property-reset", typeof(PropertyReset), Retention.Configuration),
        new("feature-set", typeof(FeatureSet), Retention.Configuration),
        new("feature-remove", typeof(FeatureRemoved), Retention.Configuration),
        new("tag-add", typeof(TagAdded), Retention.Configuration),
        new("tag-remove", typeof(TagRemoved), Retention.Configuration),
        new("notes-set", typeof(NotesSet), Retention.Configuration),
        new("firewall-set", typeof(FirewallSet), Retention.Configuration),
        new("firewall-expired", typeof(FirewallExpired), Retention.Configuration),
        new("domain-add", typeof(QubeAdded), Retention.Configuration),
        new("domain-delete", typeof(QubeRemoved), Retention.Configuration),
        new("pool-add", typeof(PoolAdded), Retention.Configuration),
        new("pool-config", typeof(PoolConfigured), Retention.Configuration),
        new("pool-remove", typeof(PoolRemoved), Retention.Configuration),
        new("volume-config", typeof(VolumeConfigured), Retention.Configuration),
        new("domain-create-on-disk", typeof(VolumesCreated), Retention.Configuration),
        new("domain-remove-from-disk", typeof(VolumesRemoved), Retention.Configuration),
        new("volumes-left", typeof(VolumesLeft), Retention.Configuration),
        new("volume-pre-change", typeof(VolumeChangeRequested), Retention.Configuration),
        new("volume-change-advance", typeof(VolumeChangeAdvanced), Retention.Configuration),
        new("volume-change", typeof(VolumeChanged), Retention.Configuration),
        new("volume-change-failed", typeof(VolumeChangeFailed), Retention.Configuration),
        new("volume-observed", typeof(VolumeObserved), Retention.Configuration),
        new("device-assign", typeof(DeviceAssigned), Retention.Configuration),
        new("device-unassign", typeof(DeviceUnassigned), Retention.Configuration),
        new("domain-pre-start", typeof(StartRequested), Retention.Activity),
        new("domain-pre-spawn", typeof(QubeSpawning), Retention.Activity),
        new("domain-spawn", typeof(QubeSpawned), Retention.Activity),
        new("domain-start", typeof(QubeStarted), Retention.Activity),
        new("domain-start-failed", typeof(StartFailed), Retention.Activity),
        new("domain-activity", typeof(ActivityObserved), Retention.Activity),
        new("domain-pre-shutdown", typeof(StopRequested), Retention.Activity),
        new("domain-stop-settled", typeof(StopSettled), Retention.Activity),
        new("domain-shutdown-failed", typeof(ShutdownFailed), Retention.Activity),
        new("domain-stopped", typeof(QubeStopped), Retention.Activity),
        new("domain-shutdown", typeof(QubeShutDown), Retention.Activity),
        new("network-connect", typeof(NetworkConnected), Retention.Activity),
        new("device-attach", typeof(DeviceAttached), Retention.Activity),
        new("device-detach", typeof(DeviceDetached), Retention.Activity),
        new("devices-observed", typeof(DevicesObserved), Retention.Activity),
        new("device-pre-attach", typeof(DeviceAttachRequested), Retention.Activity),
        new("device-pre-detach", typeof(DeviceDetachRequested), Retention.Activity),
        new("device-wish-dropped", typeof(DeviceWishDropped), Retention.Activity),
        new("domain-observed", typeof(RunObserved), Retention.Activity),
        new("host-observed", typeof(HostObserved), Retention.Configuration),
        new("mark-set", typeof(MarkSet), Retention.Configuration),
        new("mark-remove", typeof(MarkRemoved), Retention.Configuration),
        new("policy-set", typeof(PolicyFileSet), Retention.Configuration),
        new("policy-remove", typeof(PolicyFileRemoved), Retention.Configuration),
        new("policy-observed", typeof(PolicyFileObserved), Retention.Configuration),
    ];

    private static readonly FrozenDictionary<string, EventType> ByAlias = All.ToFrozenDictionary(type => type.Alias, StringComparer.Ordinal);
    private static readonly FrozenDictionary<Type, EventType> ByType = All.ToFrozenDictionary(type => type.ClrType);

    /// <summary>The entry of an event.</summary>
    public static EventType Of(DomainEvent @event) => ByType[@event.GetType()];

    /// <summary>The entry of an alias, or null for one that this version does not know.</summary>
    public static EventType? Find(string alias) => ByAlias.GetValueOrDefault(alias);
}

/// <summary>An event type as the log knows it.</summary>
/// <param name="Alias">Its name in the log, for ever.</param>
/// <param name="ClrType">The record.</param>
/// <param name="Retention">How long it is kept.</param>
public sealed record EventType(string Alias, Type ClrType, Retention Retention);
