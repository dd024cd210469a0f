using System.Buffers;
using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>Finds what tells of a qube that is to be forgotten: its own events, and those of others that lead to it.</summary>
/// <remarks>Where a qube can be named is the table of docs/adr/0005-ephemeral.md. What users wrote about something that is kept (notes, firewall
/// comments, texts of properties, labels, pools, the policy) is theirs. docs/forget.md.</remarks>
public sealed class QubeTraces
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly QubeId id;
    private readonly string identity;
    private readonly string? name;
    private readonly FrozenSet<string> longerNames;
    private QubeId? owner;
    private bool isNameOurs = true;

    /// <summary>Begins before the first event of a log.</summary>
    /// <param name="id">The qube.</param>
    /// <param name="name">The name that it had; null when nothing tells it any more.</param>
    /// <param name="names">The names of all qubes that there ever were: <c>work-vpn</c> does not name <c>work</c>.</param>
    public QubeTraces(QubeId id, string? name, IEnumerable<string> names)
    {
        (this.id, this.name, identity) = (id, name, id.ToString());
        longerNames = name is null
            ? []
            : names.Where(other => other.Length > name.Length && other.Contains(name, StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Whether an event tells of the qube. To be asked of every event, in the order of the log: a name can belong to one qube after the other.</summary>
    public bool Follow(RecordedEvent recorded)
    {
        if (recorded.Event is QubeAdded added && added.Name == name)
        {
            owner = added.Qube;
        }

        isNameOurs = owner is null || owner == id;
        return recorded.Event is { } @event && (recorded.Stream.Qube == id || IsIn(@event) || (recorded.Metadata is { } metadata && IsIn(metadata)));
    }

    /// <summary>What of a state leads to the qube, for people; nothing may when it is to be forgotten.</summary>
    public IEnumerable<string> References(World world)
    {
        isNameOurs = name is not null && world.Find(name) is null;
        return
        [
            .. world.Properties.Where(entry => IsIn(entry.Value)).Select(entry => $"the global property {entry.Key}"),
            .. world.InOrder().SelectMany(ReferencesOf),
            .. world.Runs.Where(entry => IsIn(entry.Value) && world.Find(entry.Key) is not null)
                .Select(entry => $"the run of {world.Qube(entry.Key).Name}, which is under way"),
            .. world.LeftVolumes.Where(left => left.Key == id || left.Value.Volumes.Any(IsIn)).Select(left => $"the volumes of {left.Value.Name}, which are not removed yet"),
            .. world.Host.BlockDevices.Where(IsIn).Select(device => $"the block device {device.Port} of dom0"),
        ];
    }

    private IEnumerable<string> ReferencesOf(Qube qube) =>
    [
        .. qube.Properties.Where(entry => IsIn(entry.Value)).Select(entry => $"the property {entry.Key} of {qube.Name}"),
        .. qube.Features.Where(entry => IsIn(entry.Value, inParts: false)).Select(entry => $"the feature {entry.Key} of {qube.Name}"),
        .. qube.Tags.Where(tag => IsIn(tag, inParts: true)).Select(tag => $"the tag {tag} of {qube.Name}"),
        .. qube.Devices.Where(IsIn).Select(device => $"the device {device.Address} that is assigned to {qube.Name}"),
        .. qube.Volumes.Where(IsIn).Select(volume => $"the volume {volume.Name} of {qube.Name}"),
        .. qube.VolumeStates.Where(entry => entry.Value.Changes.Any(IsIn)).Select(entry => $"the change of the volume {entry.Key} of {qube.Name}, which is under way"),
    ];

    private bool IsIn(DomainEvent @event) => @event switch
    {
        PropertySet e => IsIn(e.Value) || IsIn(e.Old),
        PropertyReset e => IsIn(e.Old),
        FeatureSet e => IsIn(e.Value, inParts: false) || IsIn(e.Old, inParts: false),
        TagAdded e => IsIn(e.Tag, inParts: true),
        TagRemoved e => IsIn(e.Tag, inParts: true),
        QubeAdded e => e.Properties.Any(entry => IsIn(entry.Value)) || e.Features.Any(entry => IsIn(entry.Value, inParts: false)) ||
            e.Tags.Any(tag => IsIn(tag, inParts: true)) || e.Volumes.Any(IsIn),
        VolumeConfigured e => IsIn(e.Volume),
        VolumesLeft e => IsIn(e.Name, inParts: false) || e.Volumes.Any(IsIn),
        VolumeChangeRequested e => IsIn(e.Change),
        VolumeChangeFailed e => IsIn(e.Reason, inParts: true),
        VolumeObserved e => e.Is.Changes.Any(IsIn),
        DeviceAssigned e => IsIn(e.Assignment),
        DeviceUnassigned e => IsIn(e.Backend, inParts: false),
        DeviceAttached e => IsIn(e.Assignment),
        DeviceAttachRequested e => IsIn(e.Assignment),
        DeviceDetached e => IsIn(e.Backend, inParts: false),
        DeviceDetachRequested e => IsIn(e.Backend, inParts: false),
        DeviceWishDropped e => IsIn(e.Backend, inParts: false) || IsIn(e.Reason, inParts: true),
        DevicesObserved e => e.Devices.Any(IsIn),
        NetworkConnected e => e.NetVm == id,
        StartFailed e => IsIn(e.Reason, inParts: true),
        ShutdownFailed e => IsIn(e.Reason, inParts: true),
        RunObserved e => IsIn(e.Was) || IsIn(e.Is) || IsIn(e.Reason, inParts: true),
        HostObserved e => e.Facts.BlockDevices.Any(IsIn),
        _ => false,
    };

    private bool IsIn(EventMetadata metadata) =>
        IsIn(metadata.Source, inParts: false) || IsIn(metadata.Destination, inParts: false) || IsIn(metadata.Argument, inParts: true) ||
        metadata.Announced?.Any(IsIn) == true;

    private bool IsIn(Announcement announcement) =>
        announcement.Subject == id || IsIn(announcement.SubjectName, inParts: false) || IsIn(announcement.Event, inParts: true) ||
        announcement.Arguments.Any(argument => IsIn(argument.Value, inParts: true));

    private bool IsIn(PropertyValue? value) => value is { Kind: PropertyKind.Qube, Text: { } text } && text == identity;

    private bool IsIn(VolumeConfig volume) => IsIn(volume.Vid, inParts: true) || IsIn(volume.Source, inParts: true);

    private bool IsIn(VolumeChange change) => IsIn(change.SourceVid, inParts: true);

    private bool IsIn(DeviceAssignment device) => IsIn(device.Backend, inParts: false) || IsIn(device.Frontend, inParts: false);

    private bool IsIn(BlockDevice device) => IsIn(device.Port, inParts: true) || IsIn(device.Model, inParts: true) || IsIn(device.Label, inParts: true);

    private bool IsIn(Run? run) => run is not null &&
        (run.NetVm == id || run.Attached.Any(IsIn) || run.Attaching.Any(IsIn) || run.Detaching.Any(IsIn) || run.Offered.Any(IsIn));

    // Whether a text holds the identity, or the name as a word, or as a part of one between hyphens.
    private bool IsIn(string? text, bool inParts)
    {
        if (text is null || name is null || !isNameOurs || !text.Contains(name, StringComparison.Ordinal))
        {
            return text?.Contains(identity, StringComparison.Ordinal) == true;
        }

        for (var start = 0; start < text.Length; start++)
        {
            var length = text.AsSpan(start).IndexOfAnyExcept(NameCharacters) is >= 0 and var end ? end : text.Length - start;
            if (length >= name.Length && IsInWord(text.Substring(start, length), inParts))
            {
                return true;
            }

            start += length;
        }

        return text.Contains(identity, StringComparison.Ordinal);
    }

    private bool IsInWord(string word, bool inParts) =>
        word == name || (inParts && !longerNames.Contains(word) && Places(word, name!).Any(place => // there is a name, or nothing is asked
            !longerNames.Any(longer => Places(word, longer).Any(other => other <= place && other + longer.Length >= place + name!.Length))));

    // Where a name stands between hyphens in a word.
    private static IEnumerable<int> Places(string word, string name)
    {
        for (var at = word.IndexOf(name, StringComparison.Ordinal); at >= 0; at = word.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || word[at - 1] == '-') && (at + name.Length == word.Length || word[at + name.Length] == '-'))
            {
                yield return at;
            }
        }
    }
}
