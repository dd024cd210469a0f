using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds for each setting of a qube, or of the system, or for each file of the policy the event that gave it its value.</summary>
/// <remarks>Takes the events of the subject's stream from the newest back. An event that set a value anew which was in force already gave nothing: the
/// one before it counts. An erased event folds to nothing, so it gave nothing either.</remarks>
public sealed class BlameSearch
{
    private readonly World world;
    private readonly Qube? qube;
    private readonly bool isPolicy;
    private readonly Dictionary<(SettingKind Kind, string Name), RecordedEvent?> open;
    private readonly Dictionary<(SettingKind Kind, string Name), RecordedEvent?> found = [];

    /// <summary>Begins a search.</summary>
    /// <param name="world">The state whose settings are looked at.</param>
    /// <param name="qube">The qube; null for the global properties.</param>
    /// <param name="settings">The settings, as <see cref="SettingsOf"/> gives them; one that is not there is searched for as well.</param>
    public BlameSearch(World world, Qube? qube, IEnumerable<(SettingKind Kind, string Name)> settings)
    {
        (this.world, this.qube) = (world, qube);
        open = settings.Distinct().ToDictionary(key => key, _ => (RecordedEvent?)null);
    }

    private BlameSearch(World world, IEnumerable<string> paths)
        : this(world, null, paths.Select(path => (SettingKind.Policy, path))) => isPolicy = true;

    /// <summary>Begins a search for who gave files of the policy their texts.</summary>
    public static BlameSearch OfPolicy(World world, IEnumerable<string> paths) => new(world, paths);

    /// <summary>The stream that the events come from.</summary>
    public StreamName Stream => isPolicy ? StreamName.Policy : qube is null ? StreamName.System : StreamName.OfQube(qube.Id);

    /// <summary>Whether every setting was found, so that no older event is needed.</summary>
    public bool IsComplete => open.Count == 0;

    /// <summary>What was set of a qube, or globally: one for each property, feature, tag, device and volume, the firewall and the notes.</summary>
    public static IEnumerable<(SettingKind Kind, string Name)> SettingsOf(World world, Qube? qube) => qube is null
        ? world.Properties.Keys.Select(name => (SettingKind.Property, name))
        :
        [
            (SettingKind.Identity, "class"),
            .. qube.Properties.Keys.Order(StringComparer.Ordinal).Select(name => (SettingKind.Property, name)),
            .. qube.Features.Keys.Select(name => (SettingKind.Feature, name)),
            .. qube.Tags.Select(name => (SettingKind.Tag, name)),
            .. qube.Devices.Select(device => (SettingKind.Device, SettingsView.NameOf(device))),
            .. qube.Firewall is null ? Enumerable.Empty<(SettingKind, string)>() : [(SettingKind.Firewall, "")],
            .. qube.Notes.Length == 0 ? Enumerable.Empty<(SettingKind, string)>() : [(SettingKind.Notes, "")],
            .. qube.Volumes.Select(volume => (SettingKind.Volume, volume.Name)),
        ];

    /// <summary>Takes the next older event of the stream.</summary>
    public void Add(RecordedEvent recorded)
    {
        if (recorded.Event is not { } @event)
        {
            return;
        }

        // What the event leaves of a qube that had nothing before is what it gives.
        var given = Evolve.Apply(Blank(), @event);
        foreach (var key in open.Keys.Where(key => Touches(@event, key)).ToList())
        {
            var isSame = Equals(Raw(given, key), Raw(world, key));
            if (isSame)
            {
                open[key] = recorded;
            }

            if (!isSame || @event is QubeAdded)
            {
                Close(key, @event is FirewallExpired && open[key] is null ? recorded : open[key]);
            }
        }
    }

    /// <summary>The events that gave the settings their values; null where the stream tells of none. To be asked after the last event.</summary>
    public ImmutableDictionary<(SettingKind Kind, string Name), RecordedEvent?> Finish()
    {
        open.Keys.ToList().ForEach(key => Close(key, open[key]));
        return found.ToImmutableDictionary();
    }

    private static bool Touches(DomainEvent @event, (SettingKind Kind, string Name) key) => @event switch
    {
        QubeAdded => true,
        PropertySet e => key == (SettingKind.Property, e.Property),
        PropertyReset e => key == (SettingKind.Property, e.Property),
        FeatureSet e => key == (SettingKind.Feature, e.Feature),
        FeatureRemoved e => key == (SettingKind.Feature, e.Feature),
        TagAdded e => key == (SettingKind.Tag, e.Tag),
        TagRemoved e => key == (SettingKind.Tag, e.Tag),
        DeviceAssigned e => key == (SettingKind.Device, SettingsView.NameOf(e.Assignment)),
        DeviceUnassigned e => key == (SettingKind.Device, SettingsView.NameOf(e.Class, e.Backend, e.Port, e.Device)),
        FirewallSet or FirewallExpired => key.Kind == SettingKind.Firewall,
        NotesSet => key.Kind == SettingKind.Notes,
        VolumeConfigured e => key == (SettingKind.Volume, e.Volume.Name),
        PolicyFileSet e => key == (SettingKind.Policy, e.Path),
        PolicyFileRemoved e => key == (SettingKind.Policy, e.Path),
        PolicyFileObserved e => key == (SettingKind.Policy, e.Path),
        _ => false,
    };

    private World Blank() => qube is null ? World.Empty : Evolve.Apply(World.Empty, new QubeAdded(qube.Id, qube.Name, qube.Class, qube.Qid, [], [], [], []));

    private object? Raw(World of, (SettingKind Kind, string Name) key)
    {
        if (qube is null)
        {
            return isPolicy ? of.Policy.Entries.GetValueOrDefault(key.Name) : of.Properties.Find(key.Name);
        }

        return of.Find(qube.Id) is not { } holder ? null : key.Kind switch
        {
            SettingKind.Property => holder.Properties.Find(key.Name),
            SettingKind.Feature => holder.Features.Find(key.Name),
            SettingKind.Tag => holder.Tags.Contains(key.Name),
            SettingKind.Device => holder.Devices.FirstOrDefault(device => SettingsView.NameOf(device) == key.Name),
            SettingKind.Firewall => holder.Firewall,
            SettingKind.Notes => holder.Notes,
            SettingKind.Volume => holder.Volumes.FirstOrDefault(volume => volume.Name == key.Name),
            _ => holder.ClassName,
        };
    }

    private void Close((SettingKind Kind, string Name) key, RecordedEvent? by)
    {
        open.Remove(key);
        found[key] = by;
    }
}
