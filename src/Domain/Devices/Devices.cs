namespace Qubes.Cqrs.Domain;

/// <summary>The rules of assigning devices.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.device.*; devices 4.</remarks>
public static class Devices
{
    /// <summary>The assignments of a class that a qube has, in the order of the API.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="class">The device class.</param>
    public static IEnumerable<DeviceAssignment> Assigned(Qube qube, string @class) =>
        qube.IsLocal ? qube.Devices.Where(device => device.Class == @class) : [];

    /// <summary>Assigns a device.</summary>
    /// <exception cref="RefusedException">The qube is remote.</exception>
    /// <exception cref="InvalidValueException">The assignment would not be stored.</exception>
    /// <exception cref="DeviceAlreadyAssignedException">It is assigned already, in whatever mode.</exception>
    public static void Assign(Draft draft, QubeId id, DeviceAssignment assignment)
    {
        var qube = Frontend(draft, id);
        if (!DeviceModes.IsStored(assignment.Mode))
        {
            throw new InvalidValueException("Only auto-attachable devices can be assigned.");
        }

        if (Find(qube, assignment.Address) is not null)
        {
            throw new DeviceAlreadyAssignedException(assignment.Address, qube.Name);
        }

        Announce(draft, qube, "device-pre-assign", assignment);
        draft.Record(new DeviceAssigned(id, assignment));
        Announce(draft, qube, "device-assign", assignment);
    }

    /// <summary>Removes an assignment; a device that is attached stays so.</summary>
    /// <exception cref="RefusedException">The qube is remote.</exception>
    /// <exception cref="DeviceNotAssignedException">It is not assigned.</exception>
    public static void Unassign(Draft draft, QubeId id, DeviceAddress device)
    {
        var qube = Frontend(draft, id);
        if (Find(qube, device) is null)
        {
            throw new DeviceNotAssignedException($"{device.Class} device {device} not assigned to {qube.Name}");
        }

        draft.Record(new DeviceUnassigned(id, device.Class, device.Backend, device.Port, device.Device));
        draft.Announce(qube, "device-unassign:" + device.Class, new AnnouncementArgument("device", device.ToString()));
    }

    /// <summary>Gives an assignment another mode and leaves it as it is otherwise; nothing happens when it has that mode.</summary>
    /// <exception cref="RefusedException">The qube is remote.</exception>
    /// <exception cref="InvalidAssignmentModeException">The mode is none that an assignment can have.</exception>
    /// <exception cref="InvalidValueException">The device is not assigned.</exception>
    public static void SetMode(Draft draft, QubeId id, DeviceAddress device, string mode)
    {
        var qube = Frontend(draft, id);
        CheckMode(mode);
        var assignment = Find(qube, device) ?? throw new InvalidValueException($"Device {device} not assigned to {qube.Name}");
        if (assignment.Mode == mode)
        {
            return;
        }

        Announce(draft, qube, "device-pre-assign", assignment);
        draft.Record(new DeviceAssigned(id, assignment with { Mode = mode }));
        draft.Announce(qube, "device-assignment-changed:" + device.Class, new AnnouncementArgument("device", device.ToString()));
    }

    /// <summary>Makes the assignments at a port lasting ones, or removes those that are; the older words for modes.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube.</param>
    /// <param name="device">The port; a device there or any.</param>
    /// <param name="persistent">Whether they last.</param>
    /// <exception cref="DeviceNotAssignedException">Nothing is assigned or attached there.</exception>
    /// <remarks>Source: spec, devices 7.</remarks>
    public static void SetPersistent(Draft draft, QubeId id, DeviceAddress device, bool persistent)
    {
        var qube = Frontend(draft, id);
        var found = Assigned(qube, device.Class)
            .Where(assigned => assigned.Backend == device.Backend && assigned.Port == device.Port &&
                (device.Device == DeviceAddress.Any || assigned.Device == device.Device))
            .ToList();
        if (found.Count == 0)
        {
            throw new DeviceNotAssignedException($"{device.Class} device {device} not assigned to {qube.Name}");
        }

        foreach (var assignment in found)
        {
            if (persistent)
            {
                SetMode(draft, id, assignment.Address, DeviceModes.Required);
            }
            else if (assignment.Mode == DeviceModes.Required)
            {
                Unassign(draft, id, assignment.Address);
            }
        }
    }

    /// <summary>Refuses a mode that no assignment can have.</summary>
    /// <exception cref="InvalidAssignmentModeException">It is one.</exception>
    public static void CheckMode(string mode)
    {
        if (!DeviceModes.IsStored(mode))
        {
            throw new InvalidAssignmentModeException();
        }
    }

    /// <summary>The qube as a receiver of devices.</summary>
    /// <exception cref="RefusedException">It is remote.</exception>
    internal static Qube Frontend(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        return qube.IsLocal ? qube : throw new RefusedException("This qube doesn't support devices");
    }

    /// <summary>Announces something about a device with its options.</summary>
    internal static void Announce(Draft draft, Qube qube, string @event, DeviceAssignment assignment)
    {
        var options = assignment.Options.Select(option => $"{PythonText.Repr(option.Name)}: {PythonText.Repr(option.Value)}");
        draft.Announce(
            qube,
            $"{@event}:{assignment.Class}",
            new AnnouncementArgument("device", assignment.Address.ToString()),
            new AnnouncementArgument("options", $"{{{string.Join(", ", options)}}}"));
    }

    private static DeviceAssignment? Find(Qube qube, DeviceAddress device) => qube.Devices.FirstOrDefault(assigned => assigned.Address == device);
}
