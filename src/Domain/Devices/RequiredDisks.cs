namespace Qubes.Cqrs.Domain;

/// <summary>The devices that come with a domain from its creation on.</summary>
/// <remarks>Source: spec, devices 4; lifecycle.md 9 (required block assignments, required PCI).</remarks>
public static class RequiredDisks
{
    /// <summary>The required devices that are there, with the names under which the qube sees its disks, in order of assignment.</summary>
    public static IEnumerable<DeviceAssignment> WithNames(World world, Qube qube)
    {
        var present = Devices.Assigned(qube, PciDevice.Class).Concat(Devices.Assigned(qube, BlockDevice.Class))
            .Where(assignment => assignment.Mode == DeviceModes.Required)
            .Select(assignment => Present(world, assignment)).OfType<DeviceAssignment>().ToList();
        var disks = present.FindAll(device => device.Class == BlockDevice.Class);
        var names = BlockFrontends.ForAll(disks, Attachments.UsedNames(qube, new Run("", RunPhase.Spawning)), PropertyValues.Get(world, qube, "kernel")?.Text is { Length: > 0 });
        return [.. present.Where(device => device.Class != BlockDevice.Class), .. disks.Zip(names, Named)];
    }

    private static DeviceAssignment? Present(World world, DeviceAssignment assignment) =>
        KnownDevices.Matching(world, assignment.Address).FirstOrDefault() is { } device
            ? assignment with { Backend = device.Backend, Port = device.Port, Device = device.Device, Frontend = null }
            : null;

    private static DeviceAssignment Named(DeviceAssignment device, string name)
    {
        if (BlockOptions.Find(device, BlockFrontends.Option) is not null)
        {
            return device;
        }

        var readOnly = BlockOptions.Find(device, "read-only") is null ? [new NamedText("read-only", "no")] : Array.Empty<NamedText>();
        return device with { Options = [.. device.Options, .. readOnly, new NamedText(BlockFrontends.Option, name)] };
    }
}
