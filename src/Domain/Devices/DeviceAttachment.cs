namespace Qubes.Cqrs.Domain;

/// <summary>The rules of attaching and detaching devices by hand, as far as they need no running qube.</summary>
/// <remarks>dom0 alone runs: what would be connected to it is refused as not built. Source: spec, admin-api.yaml, admin.vm.device.*.Attach and
/// Detach; devices 4 to 6.</remarks>
public static class DeviceAttachment
{
    /// <summary>Attaches a device.</summary>
    /// <exception cref="DomainException">Always: it is refused, or not built.</exception>
    public static void Attach(Draft draft, QubeId id, DeviceAssignment asked)
    {
        var qube = Devices.Frontend(draft, id);
        if (asked.Mode == DeviceModes.Manual)
        {
            DeniedInterfaces.Check(draft.World, qube, asked.Address);
        }

        if (!qube.IsDom0)
        {
            throw new QubeNotRunningException("VM not running, cannot attach device, do you mean `assign`?");
        }

        if (KnownDevices.Matching(draft.World, asked.Address).Take(2).ToList() is not [var device])
        {
            throw new InvalidRequestException($"Cannot attach ambiguous {asked.Class} device.");
        }

        Devices.Announce(draft, qube, "device-pre-attach", asked with { Backend = device.Backend, Port = device.Port, Device = device.Device });
        if (asked.Class == PciDevice.Class)
        {
            throw new RefusedException("Can't attach PCI device to dom0");
        }

        BlockOptions.Check(asked.Options, draft.World.Host.BlockDevices.Any(block => block.Port == device.Port && block.IsReadOnly));
        throw new NotBuiltException("This feature is not available");
    }

    /// <summary>Detaches a device.</summary>
    /// <exception cref="DeviceNotAssignedException">It is not attached.</exception>
    public static void Detach(Draft draft, QubeId id, DeviceAddress device)
    {
        var qube = Devices.Frontend(draft, id);
        throw new DeviceNotAssignedException($"{device.Class} device {device.Port} not attached to {qube.Name}");
    }
}
