namespace Qubes.Cqrs.Domain;

/// <summary>Folds events into the <see cref="World"/>. Never refuses a fact: one about something that is not there changes nothing.</summary>
public static class Evolve
{
    /// <summary>The world after an event that stands at <paramref name="position"/>; an erased one folds to nothing.</summary>
    public static World Apply(World world, DomainEvent? @event, LogPosition position)
    {
        var next = @event is null ? world : Apply(world, @event);
        return next with { Position = position };
    }

    /// <summary>The world after an event, at an unchanged position.</summary>
    public static World Apply(World world, DomainEvent @event) => @event switch
    {
        LabelAdded e => world with { Labels = world.Labels.SetItem(e.Index, new Label(e.Index, e.Name, e.Color)) },
        LabelRemoved e => world with { Labels = world.Labels.Remove(e.Index) },
        PropertySet { Qube: null } e => world with { Properties = world.Properties.With(e.Property, e.Value) },
        PropertySet { Qube: { } id } e => Change(world, id, qube => qube with { Properties = qube.Properties.With(e.Property, e.Value) }),
        PropertyReset { Qube: null } e => world with { Properties = world.Properties.Without(e.Property) },
        PropertyReset { Qube: { } id } e => Change(world, id, qube => qube with { Properties = qube.Properties.Without(e.Property) }),
        FeatureSet e => Change(world, e.Qube, qube => qube with { Features = qube.Features.With(e.Feature, e.Value) }),
        FeatureRemoved e => Change(world, e.Qube, qube => qube with { Features = qube.Features.Without(e.Feature) }),
        TagAdded e => Change(world, e.Qube, qube => qube with { Tags = qube.Tags.Add(e.Tag) }),
        TagRemoved e => Change(world, e.Qube, qube => qube with { Tags = qube.Tags.Remove(e.Tag) }),
        NotesSet e => Change(world, e.Qube, qube => qube with { Notes = e.Text }),
        FirewallSet e => Change(world, e.Qube, qube => qube with { Firewall = e.Rules }),
        FirewallExpired e => Change(world, e.Qube, qube => qube with
        {
            Firewall = qube.Firewall?.Where(rule => !rule.IsExpired(e.TimeUnixSeconds)).ToEquatableArray(),
        }),
        QubeAdded e => Add(world, e),
        QubeRemoved e => Remove(world.Qubes.TryGetValue(e.Qube, out var qube) ? VolumeEvolution.Leave(world, qube) : world, e.Qube),
        PoolAdded e => world with { Pools = WithPool(world.Pools, new Pool(e.Name, e.Driver, e.Config)) },
        PoolConfigured e => world.FindPool(e.Name) is { } pool ? world with { Pools = WithPool(world.Pools, pool with { Config = e.Config }) } : world,
        PoolRemoved e => world with { Pools = world.Pools.Where(pool => pool.Name != e.Name).ToEquatableArray() },
        VolumeConfigured e => Change(world, e.Qube, qube => qube with { Volumes = WithVolume(qube.Volumes, e.Volume) }),
        VolumesCreated or VolumesRemoved or VolumesLeft or VolumeChangeRequested or VolumeChangeAdvanced or VolumeChanged or VolumeChangeFailed or VolumeObserved =>
            VolumeEvolution.Apply(world, @event),
        DeviceAssigned e => Change(world, e.Qube, qube => qube with { Devices = WithDevice(qube.Devices, e.Assignment) }),
        DeviceUnassigned e => Change(world, e.Qube, qube => qube with { Devices = qube.Devices.Where(device => !Same(device, e)).ToEquatableArray() }),
        RunEvent e => RunEvolution.Apply(world, e),
        RunObserved e => RunEvolution.Apply(world, e),
        MarkSet e => world with { Marks = world.Marks.SetItem(e.Name, new LogPosition(e.Position)) },
        MarkRemoved e => world with { Marks = world.Marks.Remove(e.Name) },
        PolicyFileSet or PolicyFileRemoved or PolicyFileObserved => world with { Policy = PolicyFileEvolution.Apply(world.Policy, @event) },
        HostObserved e => world with { Host = e.Facts },
        _ => throw new InvalidOperationException($"no rule folds the event {@event.GetType().Name}"),
    };

    private static World Change(World world, QubeId id, Func<Qube, Qube> change) =>
        world.Qubes.TryGetValue(id, out var qube) ? world with { Qubes = world.Qubes.SetItem(id, change(qube)) } : world;

    private static World Add(World world, QubeAdded e)
    {
        var qube = new Qube
        {
            Id = e.Qube,
            Name = e.Name,
            Class = e.Class,
            Qid = e.Qid,
            Properties = e.Properties.Aggregate(SmallMap<PropertyValue>.Empty, (map, entry) => map.With(entry.Name, entry.Value)),
            Features = e.Features.Aggregate(SmallMap<string>.Empty, (map, entry) => map.With(entry.Name, entry.Value)),
            Tags = Domain.Qube.EmptyTags.Union(e.Tags),
            Volumes = e.Volumes,
        };
        return Remove(world, e.Qube) with
        {
            Qubes = world.Qubes.SetItem(e.Qube, qube),
            Names = world.Names.SetItem(e.Name, e.Qube),
            Qids = world.Qids.Add(e.Qid),
        };
    }

    private static World Remove(World world, QubeId id) => world.Qubes.TryGetValue(id, out var qube)
        ? world with { Qubes = world.Qubes.Remove(id), Runs = world.Runs.Remove(id), Names = world.Names.Remove(qube.Name), Qids = world.Qids.Remove(qube.Qid) }
        : world;

    private static EquatableArray<Pool> WithPool(EquatableArray<Pool> pools, Pool pool)
    {
        var index = pools.Items.IndexOf(pools.FirstOrDefault(other => other.Name == pool.Name)!); // absent gives -1
        return new(index < 0 ? pools.Items.Add(pool) : pools.Items.SetItem(index, pool));
    }

    private static EquatableArray<VolumeConfig> WithVolume(EquatableArray<VolumeConfig> volumes, VolumeConfig volume)
    {
        var index = volumes.Items.IndexOf(volumes.FirstOrDefault(other => other.Name == volume.Name)!); // absent gives -1
        return new(index < 0 ? volumes.Items.Add(volume) : volumes.Items.SetItem(index, volume));
    }

    private static EquatableArray<DeviceAssignment> WithDevice(EquatableArray<DeviceAssignment> devices, DeviceAssignment device)
    {
        var others = devices.Where(other => other.Address != device.Address);
        return others.Append(device).ToEquatableArray();
    }

    private static bool Same(DeviceAssignment device, DeviceUnassigned e) =>
        device.Address == new DeviceAddress(e.Class, e.Backend, e.Port, e.Device);
}
