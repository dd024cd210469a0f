using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>All that is configured about one qube.</summary>
public sealed record Qube
{
    /// <summary>Its identity.</summary>
    public required QubeId Id { get; init; }

    /// <summary>Its name, unique and never changed.</summary>
    public required string Name { get; init; }

    /// <summary>Its class.</summary>
    public required QubeClass Class { get; init; }

    /// <summary>Its number, 0 for dom0 and 1 to 9999 otherwise; free again when the qube is gone.</summary>
    public required int Qid { get; init; }

    /// <summary>The explicit values, but for name, qid and uuid.</summary>
    public SmallMap<PropertyValue> Properties { get; init; } = SmallMap<PropertyValue>.Empty;

    /// <summary>The features in the order in which they were first set.</summary>
    public SmallMap<string> Features { get; init; } = SmallMap<string>.Empty;

    /// <summary>The tags, sorted.</summary>
    public ImmutableSortedSet<string> Tags { get; init; } = EmptyTags;

    /// <summary>The devices assigned to it.</summary>
    public EquatableArray<DeviceAssignment> Devices { get; init; } = [];

    /// <summary>Its volumes in the order of creation.</summary>
    public EquatableArray<VolumeConfig> Volumes { get; init; } = [];

    /// <summary>Whether its volumes were made or found.</summary>
    public bool IsOnDisk { get; init; }

    /// <summary>What is known of the data of volumes, by name; of the others, that they are as they were made.</summary>
    public SmallMap<VolumeState> VolumeStates { get; init; } = SmallMap<VolumeState>.Empty;

    /// <summary>The user's notes about it.</summary>
    public string Notes { get; init; } = "";

    /// <summary>The rules of its firewall; null when nothing is set, so that <see cref="Firewalls.Default"/> is in force.</summary>
    public EquatableArray<FirewallRule>? Firewall { get; init; }

    /// <summary>When it last stopped, so that what runs on its volumes has older ones: microseconds since 1970; 0 when it never did.</summary>
    public long LastRunEndMicroseconds { get; init; }

    /// <summary>No tags, in ordinal order.</summary>
    public static readonly ImmutableSortedSet<string> EmptyTags = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whether it runs on this host (any class but RemoteVM), so has volumes, devices and power, dom0 included.</summary>
    public bool IsLocal => Class != QubeClass.RemoteVM;

    /// <summary>Whether it is dom0.</summary>
    public bool IsDom0 => Class == QubeClass.AdminVM;

    /// <summary>The class as the API spells it.</summary>
    public string ClassName => ClassNames[(int)Class];

    /// <summary>What is known of the data of a volume.</summary>
    public VolumeState StateOf(string volume) => VolumeStates.Find(volume) ?? VolumeState.New;

    private static readonly ImmutableArray<string> ClassNames = [.. Enum.GetNames<QubeClass>()];

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
