namespace Qubes.Cqrs.Domain;

/// <summary>Which devices get to which running qubes without a hand.</summary>
/// <remarks>Source: spec, devices 2 (ordering), 4 and 6 (start, detection). Interfaces that a qube denies concern attaching by hand only.</remarks>
public static class AutoAttachment
{
    /// <summary>The free devices that a qube gets when it has started, each with the assignment that describes it best.</summary>
    /// <remarks>Required ones came with the domain.</remarks>
    public static IEnumerable<(DeviceInfo Device, DeviceAssignment Assignment)> AtStart(World world, Qube frontend)
    {
        if (frontend.Devices.All(assignment => assignment.Class != BlockDevice.Class))
        {
            yield break;
        }

        foreach (var device in KnownDevices.Backends(world).SelectMany(backend => KnownDevices.Of(world, backend, BlockDevice.Class)))
        {
            if (Best(frontend, device) is { Mode: not DeviceModes.Required } assignment && Attachments.FrontendOf(world, device.Address) is null)
            {
                yield return (device, assignment);
            }
        }
    }

    /// <summary>The started qubes that wait for a device, each with the assignment that describes it best; none when it is attached.</summary>
    public static IReadOnlyList<(Qube Frontend, DeviceAssignment Assignment)> Waiting(World world, DeviceInfo device)
    {
        if (Attachments.FrontendOf(world, device.Address) is not null)
        {
            return [];
        }

        var waiting = new List<(Qube Frontend, DeviceAssignment Assignment)>();
        foreach (var qube in PowerStates.ActiveQubes(world).Where(qube => world.Runs[qube.Id].Phase == RunPhase.Started))
        {
            if (Best(qube, device) is { } assignment)
            {
                waiting.Add((qube, assignment));
            }
        }

        return waiting;
    }

    /// <summary>The assignment of a qube that describes a device best; null when none does, or the device is the qube's own.</summary>
    public static DeviceAssignment? Best(Qube frontend, DeviceInfo device) => device.Backend == frontend.Name ? null : frontend.Devices
        .Where(assignment => assignment.Address.Matches(device))
        .OrderByDescending(assignment => assignment.Address.Specificity)
        .FirstOrDefault();
}
