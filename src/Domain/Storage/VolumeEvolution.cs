namespace Qubes.Cqrs.Domain;

/// <summary>Folds what happens to the data of volumes.</summary>
internal static class VolumeEvolution
{
    /// <summary>The world after something about volumes; of a qube that is not there, only what it left changes.</summary>
    internal static World Apply(World world, DomainEvent @event) => @event switch
    {
        VolumesCreated e => Change(world, e.Qube, qube => qube with { IsOnDisk = true }),
        VolumesRemoved e => world with { LeftVolumes = world.LeftVolumes.Remove(e.Qube) },
        VolumesLeft e => world with { LeftVolumes = world.LeftVolumes.SetItem(e.Qube, new LeftVolumes(e.Name, e.Volumes)) },
        VolumeChangeRequested e => Change(world, e.Qube, e.Volume, state => state.With(e.Change)),
        VolumeChangeAdvanced e => Change(world, e.Qube, e.Volume, state =>
            state with { Changes = state.Changes.Select(open => open.Id == e.Change ? open with { Phase = e.Phase } : open).ToEquatableArray() }),
        VolumeChanged e => Change(world, e.Qube, e.Volume, state => state.Without(e.Change) with { ChangedMicroseconds = e.AtMicroseconds }),
        VolumeChangeFailed e => Change(world, e.Qube, e.Volume, state => state.Without(e.Change)),
        VolumeObserved e => Change(world, e.Qube, e.Volume, _ => e.Is),
        _ => throw new InvalidOperationException($"no rule folds the event {@event.GetType().Name}"),
    };

    /// <summary>The world without a qube, whose volumes are to be removed when they are there.</summary>
    internal static World Leave(World world, Qube qube) => qube.IsOnDisk && !Retentions.IsEphemeral(qube) // whose volumes go when it stops
        ? world with { LeftVolumes = world.LeftVolumes.SetItem(qube.Id, new LeftVolumes(qube.Name, qube.Volumes)) }
        : world;

    // In the order of their names, so that it does not matter which changed first.
    private static World Change(World world, QubeId id, string volume, Func<VolumeState, VolumeState> change) => Change(world, id, qube =>
    {
        var state = change(qube.StateOf(volume));
        var others = qube.VolumeStates.Where(entry => entry.Key != volume);
        var all = state == VolumeState.New ? others : others.Append(new(volume, state)).OrderBy(entry => entry.Key, StringComparer.Ordinal);
        return qube with { VolumeStates = all.Aggregate(SmallMap<VolumeState>.Empty, (map, entry) => map.With(entry.Key, entry.Value)) };
    });

    private static World Change(World world, QubeId id, Func<Qube, Qube> change) =>
        world.Qubes.TryGetValue(id, out var qube) ? world with { Qubes = world.Qubes.SetItem(id, change(qube)) } : world;
}
