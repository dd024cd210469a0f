namespace Qubes.Cqrs.Domain;

/// <summary>The devices without which a qube does not start.</summary>
/// <remarks>Source: spec, lifecycle.md 3 (step 6) and 9; devices 4.</remarks>
public static class RequiredDevices
{
    /// <summary>The required assignments of a class, each with the device that it stands for now, in order of assignment.</summary>
    /// <exception cref="RefusedException">One of the devices is not there.</exception>
    public static IEnumerable<(DeviceAssignment Assignment, DeviceAddress Device)> Of(World world, Qube qube, string @class) =>
        Devices.Assigned(qube, @class)
            .Where(assignment => assignment.Mode == DeviceModes.Required)
            .Select(assignment => (assignment, Find(world, assignment)));

    /// <summary>The device that an assignment stands for now.</summary>
    /// <exception cref="RefusedException">It is not there.</exception>
    public static DeviceAddress Find(World world, DeviceAssignment assignment)
    {
        foreach (var device in KnownDevices.Matching(world, assignment.Address))
        {
            return device.Address;
        }

        // What other qubes offer is not in the world: a named port of theirs is taken at its word, the start itself looks.
        return assignment.Port != DeviceAddress.Any && world.Find(assignment.Backend) is { IsLocal: true, IsDom0: false }
            ? assignment.Address
            : throw Missing(assignment);
    }

    /// <summary>The refusal to start without a device.</summary>
    public static RefusedException Missing(DeviceAssignment assignment) =>
        new($"{char.ToUpperInvariant(assignment.Class[0])}{assignment.Class[1..]} device {assignment.Address} not available");
}
