using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>Whether a disposable that waits is still what a new one would be.</summary>
/// <remarks>Source: spec, lifecycle.md 12, request; properties.yaml, dvm_refresh.</remarks>
public static class PreloadAge
{
    private static readonly FrozenSet<string> Ignored = new[]
    {
        "autostart", "backup_timestamp", "default_dispvm", "dispid", "gateway", "gateway6", "icon", "include_in_backups", "installed_by_rpm", "ip", "ip6",
        "klass", "name", "qid", "start_time", "stubdom_uuid", "stubdom_xid", "template", "template_for_dispvms", "updateable", "uuid", "visible_gateway",
        "visible_gateway6", "visible_ip", "visible_ip6", "xid",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a change of the property at the template makes its waiting disposables outdated.</summary>
    public static bool Matters(string property) => !Ignored.Contains(property);

    /// <summary>Whether settings, volumes or the size of the private volume have become others at the template.</summary>
    public static bool IsOutdated(World world, Qube disposable, Qube template) =>
        DiffersInSettings(disposable, template) ||
        Volume(disposable, "private")?.SizeBytes != Volume(template, "private")?.SizeBytes ||
        HasOtherRoot(disposable, template) ||
        (world.Runs.TryGetValue(disposable.Id, out var run) && run.IsActive && RunningQubes.HasOldVolumes(world, disposable.Id, run));

    // Only explicit values are compared: both follow the same defaults otherwise, but for what is each one's own, such as an address.
    private static bool DiffersInSettings(Qube disposable, Qube template) => PropertyCatalog.Of(QubeClass.DispVM).Any(property =>
        property is { IsTakenOver: true, ReadOnly: false } && property.Name != "auto_cleanup" && Matters(property.Name) &&
        PropertyCatalog.Find(template.Class, property.Name) is not null &&
        disposable.Properties.Find(property.Name) != template.Properties.Find(property.Name));

    private static bool HasOtherRoot(Qube disposable, Qube template) =>
        Volume(template, "root") is { SnapOnStart: true } root && Volume(disposable, "root")?.Source != root.Source;

    private static VolumeConfig? Volume(Qube qube, string name) => qube.Volumes.FirstOrDefault(volume => volume.Name == name);
}
