namespace Qubes.Cqrs.Domain;

/// <summary>States a world as the shortest list of events that gives it: the form of snapshots and of imports.</summary>
public static class WorldEvents
{
    /// <summary>Events that, folded from <see cref="World.Empty"/>, give an equal world but for its position.</summary>
    public static IEnumerable<DomainEvent> Of(World world)
    {
        yield return new HostObserved(world.Host);
        foreach (var (qube, left) in world.LeftVolumes)
        {
            yield return new VolumesLeft(qube, left.Name, left.Volumes);
        }

        foreach (var label in world.Labels.Values)
        {
            yield return new LabelAdded(label.Index, label.Name, label.Color);
        }

        foreach (var pool in world.Pools)
        {
            yield return new PoolAdded(pool.Name, pool.Driver, pool.Config);
        }

        foreach (var (name, value) in world.Properties)
        {
            yield return new PropertySet(null, name, value, null);
        }

        foreach (var @event in world.InOrder().SelectMany(Of))
        {
            yield return @event;
        }

        foreach (var (name, position) in world.Marks)
        {
            yield return new MarkSet(name, position.Value);
        }

        foreach (var (path, file) in world.Policy.Entries)
        {
            yield return PolicyFileObserved.Of(path, file);
        }

        foreach (var (qube, run) in world.Runs)
        {
            yield return new RunObserved(qube, null, run, "");
        }
    }

    /// <summary>Events that add the qube as it is.</summary>
    public static IEnumerable<DomainEvent> Of(Qube qube)
    {
        yield return QubeAdded.Of(qube);
        if (qube.IsOnDisk)
        {
            yield return new VolumesCreated(qube.Id);
        }

        foreach (var (volume, state) in qube.VolumeStates)
        {
            yield return new VolumeObserved(qube.Id, volume, state);
        }

        foreach (var device in qube.Devices)
        {
            yield return new DeviceAssigned(qube.Id, device);
        }

        if (qube.Notes.Length > 0)
        {
            yield return new NotesSet(qube.Id, qube.Notes);
        }

        if (qube.Firewall is { } rules)
        {
            yield return new FirewallSet(qube.Id, rules);
        }

        if (qube.LastRunEndMicroseconds != 0)
        {
            yield return new QubeStopped(qube.Id, "") { AtMicroseconds = qube.LastRunEndMicroseconds };
        }
    }
}
