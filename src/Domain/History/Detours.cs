namespace Qubes.Cqrs.Domain;

/// <summary>What can be put aside for a while so that a step that is refused becomes possible: it comes back as something that is missing.</summary>
internal static class Detours
{
    /// <summary>Ways to try, each a list of steps that come before the refused one.</summary>
    /// <param name="world">The state.</param>
    /// <param name="refused">The refused step.</param>
    /// <param name="left">Everything that is still missing.</param>
    internal static IEnumerable<IReadOnlyList<Step>> Around(World world, Step refused, IReadOnlyList<Step> left)
    {
        var way = refused switch
        {
            PropertyStep { Property: "netvm" or "default_netvm" } => Disconnect(world, refused, left),
            RemovalStep => Release(world, refused.Subject!, left), // of a qube
            PoolStep { Pool: null } pool => Replace(world, pool.Name),
            LabelStep { Color: null } label => Relabel(world, label.Name, left),
            _ => [],
        };
        return way.Count > 0 ? [way] : [];
    }

    // Networks that are to be exchanged: nobody has one in between.
    private static List<Step> Disconnect(World world, Step refused, IReadOnlyList<Step> left) =>
    [
        .. left.OfType<PropertyStep>().Where(step => step.Property == "netvm" && step.Subject is not null && step.Key != refused.Key)
            .Select(step => Property(world, step.Subject, "netvm", "")),
    ];

    // A qube that goes: whatever refers to it and goes or changes as well refers to nothing in between.
    private static List<Step> Release(World world, string name, IReadOnlyList<Step> left)
    {
        if (world.Find(name) is not { } qube)
        {
            return [];
        }

        var reference = PropertyValue.Of(qube.Id);
        var going = left.OfType<RemovalStep>().Select(step => step.Subject!).ToHashSet(StringComparer.Ordinal); // of a qube
        var isMadeAnew = left.OfType<CreationStep>().Any(step => step.Subject == name);
        return
        [
            .. world.Properties.Where(entry => isMadeAnew && entry.Value == reference).Select(entry => Property(world, null, entry.Key, null)),
            .. world.InOrder().Where(other => other.Id != qube.Id && (isMadeAnew || going.Contains(other.Name))).SelectMany(other => other.Properties
                .Where(entry => entry.Value == reference)
                .Select(entry => Property(world, other.Name, entry.Key, entry.Key == "netvm" ? "" : null))),
            .. world.InOrder().Where(other => isMadeAnew || going.Contains(other.Name)).SelectMany(other => other.Devices
                .Where(device => other.Id != qube.Id && device.Backend == name)
                .Select(device => new DeviceStep(device.Address, null) { Subject = other.Name })),
        ];
    }

    // A pool that is the default one for its name alone: another one is in between.
    private static List<Step> Replace(World world, string name) =>
        !world.Properties.ContainsKey("default_pool") &&
        world.Pools.FirstOrDefault(pool => pool.Name != name && pool.Driver != PoolDrivers.LinuxKernel) is { } other
            ? [Property(world, null, "default_pool", other.Name)]
            : [];

    // A label that gets another colour: who has it has another one in between.
    private static List<Step> Relabel(World world, string name, IReadOnlyList<Step> left)
    {
        var label = world.Labels.Values.FirstOrDefault(candidate => candidate.Name == name);
        var other = world.Labels.Values.FirstOrDefault(candidate => candidate.Name != name);
        return label is null || other is null || !left.OfType<LabelStep>().Any(step => step.Name == name && step.Color is not null)
            ? []
            : [.. world.InOrder().Where(qube => qube.Properties.Find("label")?.AsLabel() == label.Index).Select(qube => Property(world, qube.Name, "label", other.Name))];
    }

    private static PropertyStep Property(World world, string? holder, string property, string? value)
    {
        var old = holder is null ? world.Properties.Find(property) : world.Find(holder)?.Properties.Find(property);
        return new PropertyStep(property, value, old is null ? null : PropertyValues.Show(world, old, "")) { Subject = holder };
    }
}
