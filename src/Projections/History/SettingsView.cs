using System.Collections;
using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>A world as settings that can be shown and compared: everything that it holds, and the defaults in force.</summary>
/// <remarks>Computed properties (<c>visible_ip</c> …) are left out: they follow from what is here.</remarks>
public static class SettingsView
{
    /// <summary>The subjects of a world, in the order in which they are shown.</summary>
    public static IEnumerable<Subject> Subjects(World world) =>
    [
        Subject.Global,
        .. world.Labels.Keys.Select(index => new Subject(SubjectKind.Label, Number(index))),
        .. world.Pools.Select(pool => new Subject(SubjectKind.Pool, pool.Name)),
        Subject.Host,
        .. world.Policy.Entries.IsEmpty ? Enumerable.Empty<Subject>() : [Subject.Policy],
        .. world.InOrder().Select(Subject.Of),
    ];

    /// <summary>The settings of a subject; null when the world does not have it.</summary>
    public static IEnumerable<Setting>? Find(World world, Subject subject) => subject.Kind switch
    {
        SubjectKind.Global => Properties(world, null).Concat(world.Marks.Select(mark => new Setting(SettingKind.Mark, mark.Key, mark.Value.ToString())))
            .Concat(world.LeftVolumes.Select(left => Left(world, left.Key, left.Value))),
        SubjectKind.Host => Host(world),
        SubjectKind.Policy => world.Policy.Entries.IsEmpty ? null : world.Policy.Entries.SelectMany(entry => Policy(entry.Key, entry.Value)),
        SubjectKind.Label => int.TryParse(subject.Name, CultureInfo.InvariantCulture, out var index) && world.Labels.TryGetValue(index, out var label)
            ? [new Setting(SettingKind.Fact, "name", label.Name), new Setting(SettingKind.Fact, "color", label.Color)]
            : null,
        SubjectKind.Pool => world.FindPool(subject.Name) is { } pool ? OfPool(pool) : null,
        _ => world.Find(subject.Name) is { } qube ? Of(world, qube) : null,
    };

    /// <summary>The settings of a qube.</summary>
    public static IEnumerable<Setting> Of(World world, Qube qube) =>
    [
        new Setting(SettingKind.Identity, "class", qube.ClassName),
        .. Properties(world, qube),
        .. qube.Features.Select(entry => new Setting(SettingKind.Feature, entry.Key, entry.Value)),
        .. qube.Tags.Select(tag => new Setting(SettingKind.Tag, tag, "")),
        .. qube.Devices.Select(device => new Setting(SettingKind.Device, NameOf(device), MemberText.Line(device, Named(world), "class", "backend", "port", "device"))),
        .. Firewall(qube),
        .. qube.Notes.Length == 0 ? Enumerable.Empty<Setting>() : [new Setting(SettingKind.Notes, "", qube.Notes)],
        .. qube.Volumes.SelectMany(volume => OfVolume(world, volume)),
        .. Run(world, qube),
        .. Data(world, qube),
    ];

    /// <summary>The properties of a qube, or the global ones, as they are in force.</summary>
    public static IEnumerable<Setting> Properties(World world, Qube? holder)
    {
        foreach (var property in PropertyCatalog.Of(holder))
        {
            var isSet = PropertyValues.Explicit(world, holder, property) is not null;
            if (!property.ReadOnly && (isSet || property.HasDefault))
            {
                yield return new Setting(SettingKind.Property, property.Name, Show(world, PropertyValues.Get(world, holder, property))) { IsDefault = !isSet };
            }
        }
    }

    /// <summary>A value with qubes and labels by name; null for none.</summary>
    public static string? Show(World world, PropertyValue? value) => value switch
    {
        null or { IsNone: true } => null,
        { Kind: PropertyKind.Qube } => value.AsQube() is { } id ? Named(world)(id) : value.Text,
        { Kind: PropertyKind.Label } => value.AsLabel() is { } index && world.Labels.TryGetValue(index, out var label) ? label.Name : $"(no label {value.Text})",
        _ => value.Text,
    };

    /// <summary>How a device is named among those of its qube, as <c>pci dom0+00_14.0:*</c>.</summary>
    public static string NameOf(DeviceAssignment device) => NameOf(device.Class, device.Backend, device.Port, device.Device);

    /// <summary>How a device is named among those of its qube.</summary>
    public static string NameOf(string @class, string backend, string port, string device) => $"{@class} {backend}+{port}:{device}";

    private static Func<QubeId, string> Named(World world) => id => world.Find(id)?.Name ?? $"(gone) {id}";

    private static IEnumerable<Setting> Firewall(Qube qube) => qube.Firewall is { } rules
        ? [new Setting(SettingKind.Firewall, "", string.Join('\n', rules.Select(FirewallRuleText.ToApi)))]
        : [];

    private static IEnumerable<Setting> OfVolume(World world, VolumeConfig volume) => MemberText.Of(volume, Named(world))
        .Where(member => member is { Name: not "name", Text: not null })
        .Select(member => new Setting(SettingKind.Volume, volume.Name + "." + member.Name, member.Text));

    private static IEnumerable<Setting> OfPool(Pool pool) =>
    [
        new Setting(SettingKind.Identity, "driver", pool.Driver),
        .. pool.Config.Where(entry => entry.Name is not ("name" or "driver")).Select(entry => new Setting(SettingKind.Fact, entry.Name, entry.Value)),
    ];

    private static IEnumerable<Setting> Host(World world) => MemberText.Values(world.Host).SelectMany(member => member.Value is IEnumerable items and not string
        ? items.Cast<object>().Select(item => Listed(world, member.Name, item))
        : MemberText.Of(world.Host, Named(world)).Where(other => other.Name == member.Name).Select(other => new Setting(SettingKind.Fact, other.Name, other.Text)));

    // A kernel or a device: named by its first member, which is its name.
    private static Setting Listed(World world, string list, object item)
    {
        var (member, name) = MemberText.Of(item, Named(world)).First();
        return new Setting(SettingKind.Fact, $"{list} {name}", MemberText.Line(item, Named(world), member));
    }

    // Of a plain file its text is all there is to tell.
    private static IEnumerable<Setting> Policy(string path, PolicyFile file)
    {
        if (file is { IsFile: true, Fault: null })
        {
            yield return new Setting(SettingKind.Policy, path, file.Text);
        }

        if (file is not { IsFile: true, Fault: null, RealPath: null })
        {
            yield return new Setting(SettingKind.Fact, path, MemberText.Line(file, id => id.ToString(), "text"));
        }
    }

    private static IEnumerable<Setting> Run(World world, Qube qube)
    {
        if (qube.LastRunEndMicroseconds != 0)
        {
            yield return new Setting(SettingKind.Run, "ended_at_microseconds", Number(qube.LastRunEndMicroseconds));
        }

        if (!world.Runs.TryGetValue(qube.Id, out var run))
        {
            yield break;
        }

        yield return new Setting(SettingKind.Run, "state", PowerStates.Of(world, qube)) { IsDefault = true };
        foreach (var (name, text) in MemberText.Of(run, Named(world)).Where(member => member.Text is { Length: > 0 }))
        {
            yield return new Setting(SettingKind.Run, name, text);
        }
    }

    // What is known of the data of volumes.
    private static IEnumerable<Setting> Data(World world, Qube qube)
    {
        if (qube.IsOnDisk)
        {
            yield return new Setting(SettingKind.Run, "volumes", "made");
        }

        foreach (var (volume, state) in qube.VolumeStates)
        {
            var revisions = string.Join(", ", state.Revisions.Select(revision => $"{revision.Name} ({Number(revision.CreatedSeconds)} s)"));
            var changes = string.Join("; ", state.Changes.Select(change => MemberText.Line(change, Named(world))));
            yield return new Setting(SettingKind.Run, $"{volume} data", $"changed at {Number(state.ChangedMicroseconds)}, revisions: {revisions}; under way: {changes}");
        }
    }

    private static Setting Left(World world, QubeId qube, LeftVolumes left) =>
        new(SettingKind.Run, $"volumes of {left.Name}, to be removed ({qube})", string.Join('\n', left.Volumes.Select(volume => MemberText.Line(volume, Named(world)))));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
