namespace Qubes.Cqrs.Domain;

/// <summary>The steps that lead from the settings of one state to those of another, whatever order they need.</summary>
/// <remarks>
/// Compared is what users configure, by name: a qube that was removed and made anew counts as the same. Left out is what no setting is: power,
/// attached devices, what the host contributes, marks, the data of volumes, disposables that go when they stop, and what the daemon itself keeps in
/// features.
/// </remarks>
internal sealed class SettingsDifference(World from, World to, string? only, DateTimeOffset now)
{
    // A number that only its creation gives.
    private const string GivenOnce = "dispid";

    /// <summary>The steps, in the order in which most of them are possible.</summary>
    internal IReadOnlyList<Step> Steps()
    {
        var system = only is null;
        return
        [
            .. system ? Labels() : [],
            .. system ? Pools() : [],
            .. Kept(to).Where(IsNew).Select(Creation),
            .. system ? Properties(null, from.Properties, to.Properties) : [],
            .. Kept(to).SelectMany(qube => from.Find(qube.Name) is { } before && before.Class == qube.Class ? Settings(before, qube) : []),
            .. Kept(from).Where(qube => to.Find(qube.Name) is not { } after || after.Class != qube.Class || Retentions.IsEphemeral(after))
                .OrderByDescending(qube => qube.Class).Select(qube => new RemovalStep { Subject = qube.Name }),
            .. system ? LabelsAndPoolsThatGo() : [],
            .. system ? new PolicyFileDifference(from.Policy, to.Policy).Steps() : [],
        ];
    }

    private IEnumerable<Qube> Kept(World world) => world.InOrder().Where(qube => !Retentions.IsEphemeral(qube) && (only is null || qube.Name == only));

    private bool IsNew(Qube qube) => from.Find(qube.Name) is not { } before || before.Class != qube.Class;

    private IEnumerable<Step> Labels() => to.Labels.Values.Where(label => Label(from, label.Name)?.Color != label.Color)
        .Select(label => new LabelStep(label.Name, label.Color));

    private IEnumerable<Step> Pools() => to.Pools.SelectMany(pool => from.FindPool(pool.Name) is { } before && IsSameKind(before, pool)
        ? Options(before, pool)
        : [new PoolStep(pool.Name, pool)]);

    private static IEnumerable<Step> Options(Pool before, Pool after) => after.Config.Where(entry => before.Find(entry.Name) != entry.Value)
        .Select(entry => new PoolOptionStep(after.Name, entry.Name, entry.Value, before.Find(entry.Name) ?? ""));

    private IEnumerable<Step> LabelsAndPoolsThatGo() =>
    [
        .. from.Pools.Where(pool => to.FindPool(pool.Name) is not { } after || !IsSameKind(pool, after)).Select(pool => new PoolStep(pool.Name, null)),
        .. from.Labels.Values.Where(label => Label(to, label.Name)?.Color != label.Color).Select(label => new LabelStep(label.Name, null)),
    ];

    // What a call can change of a pool; everything else makes it another pool.
    private static bool IsSameKind(Pool one, Pool other) => one.Driver == other.Driver &&
        Fixed(one).SequenceEqual(Fixed(other));

    private static IEnumerable<NamedText> Fixed(Pool pool) =>
        pool.Config.Where(entry => entry.Name is not (PoolDrivers.Revisions or PoolDrivers.Ephemeral)).OrderBy(entry => entry.Name, StringComparer.Ordinal);

    private static Label? Label(World world, string name) => world.Labels.Values.FirstOrDefault(label => label.Name == name);

    private Step Creation(Qube qube)
    {
        var label = qube.Properties.Find("label") is { } index ? PropertyValues.Show(to, index, "") : null;
        var template = QubeCreation.HasTemplate(qube.Class) && qube.Properties.Find("template") is { } reference ? PropertyValues.Show(to, reference, "") : null;
        var pools = qube.Volumes.Where(volume => !volume.SnapOnStart && Volumes.Names.Contains(volume.Name)).Select(volume => new NamedText(volume.Name, volume.Pool));
        return template is ""
            ? new ImpossibleStep($"created, {qube.Class}", "Its template is not known any more") { Subject = qube.Name }
            : new CreationStep(qube.Class, label, template, pools.ToEquatableArray()) { Subject = qube.Name };
    }

    private IEnumerable<Step> Settings(Qube before, Qube after) =>
    [
        .. Properties(after.Name, before.Properties, after.Properties),
        .. Features(before, after),
        .. before.Tags.Except(after.Tags).Select(tag => new TagStep(tag, false) { Subject = after.Name }),
        .. after.Tags.Except(before.Tags).Select(tag => new TagStep(tag, true) { Subject = after.Name }),
        .. Devices(before, after),
        .. after.Volumes.SelectMany(volume => new VolumeDifference(after.Name, before.Volumes.FirstOrDefault(other => other.Name == volume.Name), volume).Steps()),
        .. before.Notes == after.Notes ? Enumerable.Empty<Step>() : [new NotesStep(after.Notes, before.Notes) { Subject = after.Name }],
        .. Rules(before) == Rules(after) ? Enumerable.Empty<Step>() : [new FirewallStep(Rules(after), Rules(before)) { Subject = after.Name }],
    ];

    // Rules that have ended meanwhile do not come back.
    private EquatableArray<FirewallRule> Rules(Qube qube) => Firewalls.InForce(qube.Firewall, now.ToUnixTimeSeconds()).ToEquatableArray();

    private IEnumerable<Step> Properties(string? holder, SmallMap<PropertyValue> before, SmallMap<PropertyValue> after)
    {
        foreach (var (name, value) in before.Where(entry => entry.Key != GivenOnce && !after.ContainsKey(entry.Key)))
        {
            yield return new PropertyStep(name, null, Text(from, value)) { Subject = holder };
        }

        foreach (var (name, value) in after.Where(entry => entry.Key != GivenOnce))
        {
            var (wanted, old) = (Text(to, value), before.Find(name) is { } some ? Text(from, some) : null);
            if (before.Find(name) is { } same && (same.Kind, old) == (value.Kind, wanted))
            {
                continue;
            }

            yield return wanted switch
            {
                null when value.Kind is PropertyKind.Qube or PropertyKind.Label => new ImpossibleStep(
                    name, value.Kind == PropertyKind.Label ? "Its label is not known any more" : "It referred to a disposable, or to a qube that is not known any more")
                { Subject = holder },
                null => new PropertyStep(name, null, old) { Subject = holder, Exact = value },
                _ => new PropertyStep(name, wanted, old) { Subject = holder },
            };
        }
    }

    // As a client writes it; no text for a reference that leads nowhere, and for the absence of a text or a number.
    private static string? Text(World world, PropertyValue value) => value.Kind switch
    {
        PropertyKind.Qube => value.IsNone ? "" : world.Find(value.AsQube())?.Name,
        PropertyKind.Label => value.AsLabel() is { } index && world.Labels.TryGetValue(index, out var label) ? label.Name : null,
        _ => value.Text,
    };

    private static IEnumerable<Step> Features(Qube before, Qube after) =>
    [
        .. before.Features.Where(entry => !IsOwn(entry.Key) && !after.Features.ContainsKey(entry.Key))
            .Select(entry => new FeatureStep(entry.Key, null, entry.Value) { Subject = after.Name }),
        .. after.Features.Where(entry => !IsOwn(entry.Key) && before.Features.Find(entry.Key) != entry.Value)
            .Select(entry => new FeatureStep(entry.Key, entry.Value, before.Features.Find(entry.Key)) { Subject = after.Name }),
    ];

    // The daemon's own notes about runs and disposables.
    private static bool IsOwn(string feature) => feature is Preload.ListFeature or LiveNetwork.Deferred;

    private static IEnumerable<Step> Devices(Qube before, Qube after) =>
    [
        .. before.Devices.Where(device => after.Devices.All(other => other.Address != device.Address))
            .Select(device => new DeviceStep(device.Address, null) { Subject = after.Name }),
        .. after.Devices.Where(device => !before.Devices.Contains(device)).Select(device => new DeviceStep(device.Address, device) { Subject = after.Name }),
    ];
}
