namespace Qubes.Cqrs.Domain;

/// <summary>What the log tells of a change of something that is kept: the event, with nothing in it that leads to a disposable.</summary>
/// <param name="world">The state before the event.</param>
/// <remarks>docs/adr/0005-ephemeral.md has the reason for each rule. What users write themselves (notes, comments, texts of properties) is
/// theirs, and kept as it is.</remarks>
internal sealed class KeptForm(World world)
{
    private readonly DisposableNames names = new(world, world);

    /// <summary>The event as the log tells it; null when there is nothing to tell.</summary>
    internal DomainEvent? Of(DomainEvent @event) => @event switch
    {
        PropertySet e => e with { Value = Of(e.Value), Old = e.Old is { } old ? Of(old) : null },
        PropertyReset e => e with { Old = e.Old is { } old ? Of(old) : null },
        FeatureSet e => Of(e),
        TagAdded e => IsHidden(e.Tag) ? null : e,
        TagRemoved e => world.Kept.Find(e.Qube) is { } qube && !qube.Tags.Contains(e.Tag) ? null : e,
        QubeAdded e => Of(e),
        VolumeConfigured e => e with { Volume = Of(e.Volume) },
        VolumesLeft e => e with { Volumes = e.Volumes.Select(Of).ToEquatableArray() },
        VolumeChangeRequested e => e with { Change = Of(e.Change) },
        VolumeChangeFailed e => e with { Reason = names.Hide(e.Reason, inParts: true) },
        VolumeObserved e => e with { Is = e.Is with { Changes = e.Is.Changes.Select(Of).ToEquatableArray() } },
        DeviceAssigned e => IsHidden(e.Qube, e.Assignment.Address) ? null : e with { Assignment = Of(e.Assignment) },
        DeviceUnassigned e => IsHidden(e.Qube, new DeviceAddress(e.Class, e.Backend, e.Port, e.Device)) ? null : e,
        DeviceAttached e => IsHidden(e.Assignment) ? null : e with { Assignment = Of(e.Assignment) },
        DeviceDetached e => IsHidden(e) ? null : e,
        DeviceAttachRequested e => IsHidden(e.Assignment) ? null : e with { Assignment = Of(e.Assignment) },
        DeviceDetachRequested e => names.Has(e.Backend) || !world.Kept.Names.ContainsKey(e.Backend) ? null : e,
        DeviceWishDropped e => names.Has(e.Backend) || !world.Kept.Names.ContainsKey(e.Backend) ? null : e with { Reason = names.Hide(e.Reason, inParts: true) },
        DevicesObserved e => e with { Devices = e.Devices.Where(device => !IsHidden(device)).ToEquatableArray() },
        NetworkConnected e => e with { NetVm = Of(e.NetVm) },
        StartFailed e => e with { Reason = names.Hide(e.Reason, inParts: true) },
        ShutdownFailed e => e with { Reason = names.Hide(e.Reason, inParts: true) },
        RunObserved e => e with
        {
            Was = e.Was is null ? null : world.Kept.Runs.GetValueOrDefault(e.Qube),
            Is = Of(e.Is),
            Reason = names.Hide(e.Reason, inParts: true),
        },
        HostObserved e => e with { Facts = Of(e.Facts) },
        _ => @event,
    };

    // A reference that does not lead to something kept: to a disposable, or to one that is gone.
    private PropertyValue Of(PropertyValue value) => value.AsQube() is { } id && !world.Kept.Qubes.ContainsKey(id)
        ? new PropertyValue(PropertyKind.Qube, DisposableNames.Placeholder)
        : value;

    private FeatureSet? Of(FeatureSet e)
    {
        var value = Of(e.Feature, e.Value);
        var old = world.Kept.Find(e.Qube)?.Features.Find(e.Feature);
        var isNews = value == e.Value || value != old;
        return isNews ? e with { Value = value, Old = old } : null;
    }

    // The list of what is kept ready holds names of disposables alone: those that are kept ready are never kept on disk.
    private string Of(string feature, string value)
    {
        if (feature == Preload.ListFeature)
        {
            return string.Join(' ', Preload.Names(value).Where(name => !names.Has(name)));
        }

        var hidden = names.Hide(value, inParts: false);
        return hidden != value ? hidden : Hidden(feature, value) ?? value;
    }

    private QubeAdded Of(QubeAdded e) => e with
    {
        Properties = e.Properties.Select(entry => entry with { Value = Of(entry.Value) }).ToEquatableArray(),
        Features = e.Features.Select(entry => entry with { Value = Of(entry.Name, entry.Value) }).ToEquatableArray(),
        Tags = e.Tags.Where(tag => !IsHidden(tag)).ToEquatableArray(),
        Volumes = e.Volumes.Select(Of).ToEquatableArray(),
    };

    private VolumeConfig Of(VolumeConfig volume) => volume with
    {
        Vid = names.Hide(volume.Vid, inParts: false),
        Source = volume.Source is { } source ? names.Hide(source, inParts: false) : null,
    };

    private VolumeChange Of(VolumeChange change) =>
        change.SourceVid is { } source ? change with { SourceVid = names.Hide(source, inParts: false) } : change;

    private DeviceAssignment Of(DeviceAssignment device) =>
        device.Frontend is { } frontend && names.Has(frontend) ? device with { Frontend = null } : device;

    // What is hidden at another qube stays hidden when it is copied, also when the disposable that it names is gone.
    private bool IsHidden(string tag) => names.EndsTag(tag) || ApartQubes().Any(pair => pair.Live.Tags.Contains(tag) && !pair.Kept.Tags.Contains(tag));

    private string? Hidden(string feature, string value) => ApartQubes()
        .Where(pair => pair.Live.Features.Find(feature) == value).Select(pair => pair.Kept.Features.Find(feature)).FirstOrDefault(kept => kept != value);

    private IEnumerable<(Qube Live, Qube Kept)> ApartQubes()
    {
        foreach (var subject in world.Apart?.Subjects ?? [])
        {
            if (world.Find(subject.Qube) is { } live && world.Kept.Find(subject.Qube) is { } kept)
            {
                yield return (live, kept);
            }
        }
    }

    // What the log never told of is not taken back or changed there either.
    private bool IsHidden(QubeId id, DeviceAddress address)
    {
        return names.Has(address.Backend) || (Has(world) && !Has(world.Kept));

        bool Has(World some) => some.Find(id)?.Devices.Any(device => device.Address == address) == true;
    }

    // A device is attached from a qube that is there: one that the log does not know is a disposable, or was one.
    private bool IsHidden(DeviceAssignment attached) => names.Has(attached.Backend) || !world.Kept.Names.ContainsKey(attached.Backend);

    private bool IsHidden(DeviceDetached e)
    {
        return names.Has(e.Backend) || (Has(world) && !Has(world.Kept));

        bool Has(World some) => some.Runs.GetValueOrDefault(e.Qube)?.Attached
            .Any(device => (device.Class, device.Backend, device.Port) == (e.Class, e.Backend, e.Port)) == true;
    }

    private QubeId? Of(QubeId? qube) => qube is { } id && world.Kept.Qubes.ContainsKey(id) ? id : null;

    private Run? Of(Run? run) => run is null
        ? null
        : run with
        {
            NetVm = Of(run.NetVm),
            Attached = Of(run.Attached),
            Attaching = Of(run.Attaching),
            Detaching = Of(run.Detaching),
            Offered = run.Offered.Where(device => !IsHidden(device)).ToEquatableArray(),
        };

    private EquatableArray<DeviceAssignment> Of(EquatableArray<DeviceAssignment> devices) =>
        devices.Where(device => !IsHidden(device)).Select(Of).ToEquatableArray();

    private bool IsHidden(BlockDevice device) => Names(device.Port) || Names(device.Model) || Names(device.Label);

    private HostFacts Of(HostFacts facts) => facts with
    {
        BlockDevices = facts.BlockDevices.Where(device => !IsHidden(device)).ToEquatableArray(),
    };

    private bool Names(string? text) => text is not null && names.Hide(text, inParts: true) != text;
}
