namespace Qubes.Cqrs.Domain;

/// <summary>States the difference between two worlds as events.</summary>
public static class WorldDifference
{
    /// <summary>Events that lead from <paramref name="from"/> to <paramref name="to"/>, but for their positions; none when they are equal.</summary>
    /// <remarks>A qube whose identity, name, class or number differs is another qube: it is removed and added.</remarks>
    public static IEnumerable<DomainEvent> Events(World from, World to) =>
    [
        .. from.Host == to.Host ? Enumerable.Empty<DomainEvent>() : [new HostObserved(to.Host)],
        .. Labels(from, to),
        .. Pools(from, to),
        .. from.InOrder().Where(qube => !IsSame(qube, to.Find(qube.Id))).Select(qube => new QubeRemoved(qube.Id)),
        .. to.InOrder().Where(qube => !IsSame(qube, from)).SelectMany(WorldEvents.Of),
        .. Left(from, to),
        .. Properties(null, from.Properties, to.Properties),
        .. from.Marks.Keys.Where(name => !to.Marks.ContainsKey(name)).Select(name => new MarkRemoved(name)),
        .. to.Marks.Where(mark => !from.Marks.Contains(mark)).Select(mark => new MarkSet(mark.Key, mark.Value.Value)),
        .. PolicyKnowledge.Difference(from.Policy, to.Policy),
        .. to.InOrder().SelectMany(qube => from.Find(qube.Id) is { } before && IsSame(before, qube) ? Changes(before, qube) : []),
        .. to.Qubes.Values.Where(qube => RunBefore(from, qube) != to.Runs.GetValueOrDefault(qube.Id))
            .Select(qube => new RunObserved(qube.Id, RunBefore(from, qube), to.Runs.GetValueOrDefault(qube.Id), "")),
    ];

    // The run of another qube went with that.
    private static Run? RunBefore(World from, Qube qube) => IsSame(qube, from) ? from.Runs.GetValueOrDefault(qube.Id) : null;

    private static bool IsSame(Qube to, World from) => from.Find(to.Id) is { } before && IsSame(before, to);

    // Volumes that were made stay made as long as the qube is the same.
    private static bool IsSame(Qube one, Qube? other) =>
        other is not null && (one.Name, one.Class, one.Qid) == (other.Name, other.Class, other.Qid) && (other.IsOnDisk || !one.IsOnDisk);

    // What the removal of a qube leaves follows from the removal.
    private static IEnumerable<DomainEvent> Left(World from, World to)
    {
        var removed = from.Qubes.Values.Where(qube => qube.IsOnDisk && !Retentions.IsEphemeral(qube) && !IsSame(qube, to.Find(qube.Id))).ToDictionary(qube => qube.Id, qube => new LeftVolumes(qube.Name, qube.Volumes));
        return
        [
            .. from.LeftVolumes.Keys.Union(removed.Keys).Where(id => !to.LeftVolumes.ContainsKey(id)).Select(id => new VolumesRemoved(id)),
            .. to.LeftVolumes.Where(left => (removed.GetValueOrDefault(left.Key) ?? from.LeftVolumes.GetValueOrDefault(left.Key)) != left.Value)
                .Select(left => new VolumesLeft(left.Key, left.Value.Name, left.Value.Volumes)),
        ];
    }

    private static IEnumerable<DomainEvent> Labels(World from, World to) =>
    [
        .. from.Labels.Keys.Where(index => !to.Labels.ContainsKey(index)).Select(index => new LabelRemoved(index)),
        .. to.Labels.Values.Where(label => from.Labels.GetValueOrDefault(label.Index) != label)
            .Select(label => new LabelAdded(label.Index, label.Name, label.Color)),
    ];

    private static IEnumerable<DomainEvent> Pools(World from, World to) =>
    [
        .. from.Pools.Where(pool => to.FindPool(pool.Name) is null).Select(pool => new PoolRemoved(pool.Name)),
        .. to.Pools.Where(pool => from.FindPool(pool.Name) != pool).Select(pool => from.FindPool(pool.Name)?.Driver == pool.Driver
            ? (DomainEvent)new PoolConfigured(pool.Name, pool.Config)
            : new PoolAdded(pool.Name, pool.Driver, pool.Config)),
    ];

    private static IEnumerable<DomainEvent> Changes(Qube from, Qube to) =>
    [
        .. Properties(to.Id, from.Properties, to.Properties),
        .. Features(from, to),
        .. from.Tags.Except(to.Tags).Select(tag => new TagRemoved(to.Id, tag)),
        .. to.Tags.Except(from.Tags).Select(tag => new TagAdded(to.Id, tag)),
        .. from.Devices.Except(to.Devices)
            .Select(device => new DeviceUnassigned(to.Id, device.Class, device.Backend, device.Port, device.Device)),
        .. to.Devices.Except(from.Devices).Select(device => new DeviceAssigned(to.Id, device)),
        .. to.Volumes.Except(from.Volumes).Select(volume => new VolumeConfigured(to.Id, volume)),
        .. to.IsOnDisk && !from.IsOnDisk ? [new VolumesCreated(to.Id)] : Enumerable.Empty<DomainEvent>(),
        .. from.VolumeStates.Select(entry => entry.Key).Union(to.VolumeStates.Select(entry => entry.Key))
            .Where(volume => from.StateOf(volume) != to.StateOf(volume)).Select(volume => new VolumeObserved(to.Id, volume, to.StateOf(volume))),
        .. from.Notes == to.Notes ? Enumerable.Empty<DomainEvent>() : [new NotesSet(to.Id, to.Notes)],
        .. from.LastRunEndMicroseconds == to.LastRunEndMicroseconds ? Enumerable.Empty<DomainEvent>()
            : [new QubeStopped(to.Id, "") { AtMicroseconds = to.LastRunEndMicroseconds }],
        .. from.Firewall == to.Firewall ? Enumerable.Empty<DomainEvent>() : [new FirewallSet(to.Id, to.Firewall)],
    ];

    private static IEnumerable<DomainEvent> Properties(QubeId? holder, SmallMap<PropertyValue> from, SmallMap<PropertyValue> to) =>
    [
        .. from.Where(entry => !to.ContainsKey(entry.Key)).Select(entry => new PropertyReset(holder, entry.Key, entry.Value)),
        .. to.Where(entry => from.Find(entry.Key) != entry.Value)
            .Select(entry => new PropertySet(holder, entry.Key, entry.Value, from.Find(entry.Key))),
    ];

    private static IEnumerable<DomainEvent> Features(Qube from, Qube to) =>
    [
        .. from.Features.Where(entry => !to.Features.ContainsKey(entry.Key)).Select(entry => new FeatureRemoved(to.Id, entry.Key)),
        .. to.Features.Where(entry => from.Features.Find(entry.Key) != entry.Value)
            .Select(entry => new FeatureSet(to.Id, entry.Key, entry.Value, from.Features.Find(entry.Key))),
    ];
}
