namespace Qubes.Cqrs.Domain;

/// <summary>The devices that come with a domain from its creation on.</summary>
/// <remarks>Source: spec, devices 4; lifecycle.md 9 (required block assignments, required PCI).</remarks>
public static class RequiredDisks
{
    /// <summary>The required devices that are there, with the names under which the qube sees its disks, in order of assignment.</summary>
    public static IEnumerable<DeviceAssignment> WithNames(World world, Qube qube)
    {
        var required = Devices.Assigned(qube, PciDevice.Class).Concat(Devices.Assigned(qube, BlockDevice.Class))
            .Where(assignment => assignment.Mode == DeviceModes.Required).ToList();

        // A name that a user chose is not given to another before.
        var used = Attachments.UsedNames(qube, new Run("", RunPhase.Spawning)).ToHashSet(StringComparer.Ordinal);
        used.UnionWith(required.Select(assignment => BlockOptions.Find(assignment, BlockFrontends.Option)).OfType<string>());
        var hasKernel = PropertyValues.Get(world, qube, "kernel")?.Text is { Length: > 0 };
        foreach (var assignment in required)
        {
            if (KnownDevices.Matching(world, assignment.Address).FirstOrDefault() is { } device)
            {
                yield return Named(assignment with { Backend = device.Backend, Port = device.Port, Device = device.Device, Frontend = null }, used, hasKernel);
            }
        }
    }

    private static DeviceAssignment Named(DeviceAssignment device, HashSet<string> used, bool hasKernel)
    {
        if (device.Class != BlockDevice.Class || BlockOptions.Find(device, BlockFrontends.Option) is not null)
        {
            return device;
        }

        var name = BlockFrontends.For(device, used, hasKernel);
        used.Add(name);
        var readOnly = BlockOptions.Find(device, "read-only") is null ? [new NamedText("read-only", "no")] : Array.Empty<NamedText>();
        return device with { Options = [.. device.Options, .. readOnly, new NamedText(BlockFrontends.Option, name)] };
    }
}
