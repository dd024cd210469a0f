namespace Qubes.Cqrs.Domain;

/// <summary>Which devices are attached to which qubes.</summary>
/// <remarks>Source: spec, devices 4 and 6; addenda 4.</remarks>
public static class Attachments
{
    private const string ReadOnly = "read-only";
    private const string DeviceType = "devtype";

    /// <summary>The qube that a device is attached to, or is just being attached to; null when it is free.</summary>
    public static Qube? FrontendOf(World world, DeviceAddress device) =>
        PowerStates.ActiveQubes(world).FirstOrDefault(qube => IsHeld(world.Runs[qube.Id], device));

    /// <summary>The attached devices of a class as the list of them shows them.</summary>
    /// <remarks>What is assigned under its full identity is shown as it is assigned; of others only what the domain itself tells is known.</remarks>
    public static IEnumerable<DeviceAssignment> Listed(World world, Qube qube, string @class) => PowerStates.Active(world, qube.Id) is { } run
        ? run.Attached.Where(device => device.Class == @class).Select(device => Listed(qube, device))
        : [];

    /// <summary>The device with the qube that it is attached to, for the list of those that are there.</summary>
    public static DeviceInfo WithFrontend(World world, DeviceInfo device) =>
        device.Class == BlockDevice.Class ? device with { Attachment = FrontendOf(world, device.Address)?.Name } : device;

    /// <summary>The names under which a qube sees its disks now: of volumes and of devices.</summary>
    public static IReadOnlySet<string> UsedNames(Qube qube, Run run)
    {
        var extra = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var volume in qube.Volumes)
        {
            names.Add(BlockFrontends.OfVolume(volume.Name, extra));
            extra += Volumes.Names.Contains(volume.Name) ? 0 : 1;
        }

        names.UnionWith(run.Attached.Concat(run.Attaching).Select(device => BlockOptions.Find(device, BlockFrontends.Option)).OfType<string>());
        return names;
    }

    private static bool IsHeld(Run run, DeviceAddress device) => run.Attached.Concat(run.Attaching)
        .Any(held => held.Class == device.Class && held.Backend == device.Backend && held.Port == device.Port);

    private static DeviceAssignment Listed(Qube qube, DeviceAssignment attached) =>
        qube.Devices.FirstOrDefault(assigned => assigned.Address == attached.Address) ?? attached with
        {
            Mode = DeviceModes.Manual,
            Frontend = qube.Name,
            Options = attached.Options.Where(Shows).ToEquatableArray(),
        };

    private static bool Shows(NamedText option) => option.Name is ReadOnly or BlockFrontends.Option || (option.Name == DeviceType && option.Value != "disk");
}
