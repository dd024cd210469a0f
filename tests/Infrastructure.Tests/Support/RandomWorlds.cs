using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Worlds of every shape, made by folding events that a generator drew; also ones that rules would not let through.</summary>
internal static class RandomWorlds
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements("", "a", "work", "sys-net", "é€😀", "line\nline\t\"\\", "\0", "\ud800"),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

    private static readonly Gen<string> Name = Gen.Elements("work", "sys-net", "vault", "a", "Z", "personal");
    private static readonly Gen<QubeId> Id = Gen.Elements(QubeId.Dom0, Given.Qube(1), Given.Qube(2), Given.Qube(3));
    private static readonly Gen<PropertyValue> Value =
        from kind in Gen.Elements(Enum.GetValues<PropertyKind>())
        from text in Gen.OneOf(Text.Select(some => (string?)some), Gen.Constant<string?>(null))
        select new PropertyValue(kind, text);

    private static readonly Gen<EquatableArray<NamedText>> Texts =
        from names in Gen.ArrayOf(Name, 3)
        from text in Text
        select names.Select(name => new NamedText(name, text)).ToEquatableArray();

    private static readonly Gen<VolumeConfig> Volume =
        from name in Name
        from number in Gen.Choose(-1, 9)
        from bits in Gen.Choose(0, 31)
        from source in Gen.OneOf(Text.Select(some => (string?)some), Gen.Constant<string?>(null))
        select new VolumeConfig
        {
            Name = name,
            Pool = "pool",
            Vid = name + "/v",
            RevisionsToKeep = number,
            Rw = (bits & 1) != 0,
            SaveOnStop = (bits & 2) != 0,
            SnapOnStart = (bits & 4) != 0,
            Ephemeral = (bits & 8) != 0 ? null : (bits & 16) != 0,
            SizeBytes = long.MaxValue - number,
            Source = source,
        };

    private static readonly Gen<DeviceAssignment> Device =
        from port in Name
        from options in Texts
        from frontend in Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text))
        select new DeviceAssignment("pci", "dom0", port, "*", "required", options) { Frontend = frontend };

    private static readonly Gen<FirewallRule> Rule =
        from number in Gen.Choose(0, 255)
        from host in Gen.OneOf(Text.Select(some => (string?)some), Gen.Constant<string?>(null))
        from comment in Text
        select new FirewallRule
        {
            Action = (FirewallAction)(number % 2),
            Destination = host,
            Protocol = number % 4 == 0 ? null : (FirewallProtocol)(number % 3),
            Target = number % 3 == 0 ? FirewallTarget.Dns : null,
            Ports = number % 5 == 0 ? null : new PortRange(number, number + 1),
            IcmpType = number % 7 == 0 ? null : number,
            Expire = number % 2 == 0 ? null : (number % 10).ToString(System.Globalization.CultureInfo.InvariantCulture),
            Comment = comment,
        };

    private static readonly Gen<Run> Run =
        from id in Name
        from phase in Gen.Elements(Enum.GetValues<RunPhase>())
        from activity in Gen.Elements(Enum.GetValues<DomainActivity>())
        from wish in Gen.Elements(Enum.GetValues<RunWish>())
        from devices in Gen.ArrayOf(Device, 2)
        from number in Gen.Choose(-1, 99)
        select new Run(id, phase)
        {
            Xid = number,
            StubdomXid = number,
            Stubdom = number % 2 == 0 ? null : Given.Qube(number),
            StartedAtMicroseconds = number,
            Activity = activity,
            Wish = wish,
            Attached = devices.ToEquatableArray(),
        };

    private static readonly Gen<DomainEvent> Event = Gen.OneOf<DomainEvent>(
        from index in Gen.Choose(1, 12) from name in Name select (DomainEvent)new LabelAdded(index, name, "0x" + name),
        from index in Gen.Choose(1, 12) select (DomainEvent)new LabelRemoved(index),
        from id in Id from property in Name from value in Value select (DomainEvent)new PropertySet(id, property, value, null),
        from property in Name from value in Value select (DomainEvent)new PropertySet(null, property, value, value),
        from id in Id from property in Name select (DomainEvent)new PropertyReset(id, property, null),
        from property in Name select (DomainEvent)new PropertyReset(null, property, null),
        from id in Id from feature in Name from text in Text select (DomainEvent)new FeatureSet(id, feature, text, null),
        from id in Id from feature in Name select (DomainEvent)new FeatureRemoved(id, feature),
        from id in Id from tag in Text select (DomainEvent)new TagAdded(id, tag),
        from id in Id from tag in Text select (DomainEvent)new TagRemoved(id, tag),
        from id in Id from text in Text select (DomainEvent)new NotesSet(id, text),
        from id in Id from rules in Gen.ArrayOf(Rule, 3) select (DomainEvent)new FirewallSet(id, rules.ToEquatableArray()),
        from id in Id from time in Gen.Choose(0, 9) select (DomainEvent)new FirewallExpired(id, time),
        Added(), Added(), Added(),
        from id in Id select (DomainEvent)new QubeRemoved(id),
        from name in Name from driver in Text from config in Texts select (DomainEvent)new PoolAdded(name, driver, config),
        from name in Name from config in Texts select (DomainEvent)new PoolConfigured(name, config),
        from name in Name select (DomainEvent)new PoolRemoved(name),
        from id in Id from volume in Volume select (DomainEvent)new VolumeConfigured(id, volume),
        from id in Id select (DomainEvent)new VolumesCreated(id),
        from id in Id select (DomainEvent)new VolumesRemoved(id),
        from id in Id from name in Name from volume in Volume select (DomainEvent)new VolumesLeft(id, name, [volume]),
        from id in Id
        from volume in Name
        from text in Text
        from number in Gen.Choose(0, 99)
        select (DomainEvent)new VolumeObserved(id, volume, new VolumeState(
            [new VolumeRevision(text, number)], number, number % 2 == 0 ? [] : [new VolumeChange(text, VolumeChangeKind.Clone, VolumeChangePhase.Ready) { SizeBytes = number, SourceVid = text }])),
        from id in Id from device in Device select (DomainEvent)new DeviceAssigned(id, device),
        from id in Id from port in Name select (DomainEvent)new DeviceUnassigned(id, "pci", "dom0", port, "*"),
        from id in Id from run in Run from text in Text select (DomainEvent)new RunObserved(id, null, run, text),
        from id in Id from run in Name select (DomainEvent)new QubeShutDown(id, run),
        from name in Name from position in Gen.Choose(0, 9) select (DomainEvent)new MarkSet(name, position),
        from name in Name select (DomainEvent)new MarkRemoved(name),
        from name in Name from text in Text select (DomainEvent)new PolicyFileSet("/etc/qubes/policy.d/" + name, text),
        from name in Name select (DomainEvent)new PolicyFileRemoved("/etc/qubes/policy.d/" + name),
        from name in Name
        from kind in Gen.Elements(Enum.GetValues<PolicyFileKind>())
        from text in Text
        from number in Gen.Choose(0, 3)
        select (DomainEvent)new PolicyFileObserved(
            "/etc/qubes/policy.d/" + name, kind, text, number == 1 ? text : null, number == 2 ? "/etc/qubes/policy.d/include/" + name : null, number == 3 ? text : null),
        from zone in Text
        from cpus in Gen.Choose(1, 64)
        select (DomainEvent)new HostObserved(new HostFacts
        {
            TimeZone = zone,
            Cpus = cpus,
            Reflink = cpus % 2 == 0,
            Kernels = [new HostKernel(zone, true) { PciOptions = zone, NoPciOptions = null }],
            PciDevices = [new PciDevice(zone, zone, "020000", "0x10ec", zone) { Vendor = zone }],
            BlockDevices = [new BlockDevice("sda", zone, null, cpus % 2 == 0, new DevicePort("block", zone)) { ParentInterface = zone }],
        }));

    public static Arbitrary<World> Arbitrary =>
        (from events in Gen.ListOf(Event)
         from position in Gen.Choose(0, int.MaxValue)
         select events.Aggregate(World.Empty, Evolve.Apply) with { Position = new LogPosition(position) }).ToArbitrary();

    /// <summary>A text that two worlds share exactly when they are equal: the dictionaries of a world compare by reference.</summary>
    public static string Describe(World world) => string.Join(
        '\n',
        [
            $"position {world.Position}",
            .. world.Properties.Select(entry => $"property {entry}"),
            .. world.Labels.Select(entry => $"label {entry}"),
            .. world.Pools.Select(pool => $"pool {pool} {string.Join(',', pool.Config)}"),
            .. world.Names.Select(entry => $"name {entry}"),
            .. world.Qids.Select(qid => $"qid {qid}"),
            .. world.Qubes.Values.OrderBy(qube => qube.Id.Value).Select(Describe),
            .. world.Runs.OrderBy(entry => entry.Key.Value).Select(entry => $"run {entry.Key} {entry.Value} {string.Join(',', entry.Value.Attached)}"),
            .. world.LeftVolumes.OrderBy(entry => entry.Key.Value).Select(entry => $"left {entry.Key} {entry.Value.Name} {string.Join(',', entry.Value.Volumes)}"),
            .. world.Marks.Select(mark => $"mark {mark}"),
            .. world.Policy.Entries.Select(entry => $"policy {entry}"),
            $"host {world.Host} {string.Join(',', world.Host.Kernels)}",
        ]);

    private static string Describe(Qube qube) => string.Join(
        '|',
        [
            $"qube {qube.Id} {qube.Name} {qube.Class} {qube.Qid} notes {qube.Notes}",
            .. qube.Properties.Select(entry => $"property {entry}"),
            .. qube.Features.Select(entry => $"feature {entry}"),
            .. qube.Tags.Select(tag => $"tag {tag}"),
            .. qube.Devices.Select(device => $"device {device} {string.Join(',', device.Options)}"),
            .. qube.Volumes.Select(volume => $"volume {volume}"),
            $"on disk {qube.IsOnDisk}",
            .. qube.VolumeStates.Select(entry => $"state {entry.Key} {string.Join(',', entry.Value.Revisions)} {entry.Value.ChangedMicroseconds} {string.Join(',', entry.Value.Changes)}"),
            qube.Firewall is { } rules ? $"firewall {string.Join(',', rules)}" : "no firewall",
        ]);

    private static Gen<DomainEvent> Added() =>
        from number in Gen.Choose(0, 3)
        from @class in Gen.Elements(Enum.GetValues<QubeClass>())
        from properties in Gen.ArrayOf(from name in Name from value in Value select new NamedValue(name, value), 2)
        from features in Texts
        from tags in Gen.ArrayOf(Text, 3)
        from volumes in Gen.ArrayOf(Volume, 2)
        select (DomainEvent)new QubeAdded(
            number == 0 ? QubeId.Dom0 : Given.Qube(number),
            number == 0 ? "dom0" : "qube" + number,
            number == 0 ? QubeClass.AdminVM : @class,
            number,
            properties.DistinctBy(property => property.Name).ToEquatableArray(),
            features,
            tags.ToEquatableArray(),
            volumes.DistinctBy(volume => volume.Name).ToEquatableArray());
}
