namespace Qubes.Cqrs.Domain;

/// <summary>The rules of attaching and detaching devices while qubes run: what speaks against it, and what is noted of it.</summary>
/// <remarks>A wish enters the log before the hypervisor is asked, and its outcome afterwards. A device is attached to one qube at most; one that is
/// just being attached counts. Source: spec, admin-api.yaml, admin.vm.device.*.Attach and Detach; devices 4 to 6.</remarks>
public static class DeviceAttachment
{
    /// <summary>Asks by hand that a device is attached.</summary>
    /// <exception cref="DomainException">Something speaks against it.</exception>
    public static void Request(Draft draft, QubeId id, DeviceAssignment asked)
    {
        var qube = Devices.Frontend(draft, id);
        if (asked.Mode == DeviceModes.Manual)
        {
            DeniedInterfaces.Check(draft.World, qube, asked.Address);
        }

        if (PowerStates.IsHalted(draft.World, qube))
        {
            throw new QubeNotRunningException("VM not running, cannot attach device, do you mean `assign`?");
        }

        if (KnownDevices.Matching(draft.World, asked.Address).Take(2).ToList() is not [var device])
        {
            throw new InvalidRequestException($"Cannot attach ambiguous {asked.Class} device.");
        }

        if (Attachments.FrontendOf(draft.World, device.Address) == qube)
        {
            throw new DeviceAlreadyAttachedException($"device {device.Address} of class {device.Class} already attached to {qube.Name}");
        }

        var exact = asked with { Backend = device.Backend, Port = device.Port, Device = device.Device };
        Devices.Announce(draft, qube, "device-pre-attach", exact);
        Wish(draft, qube, exact);
    }

    /// <summary>Asks without a hand that a device is attached that an assignment is about.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The frontend.</param>
    /// <param name="device">The device.</param>
    /// <param name="assignment">The frontend's assignment that describes it.</param>
    /// <exception cref="DomainException">It cannot be attached.</exception>
    public static void RequestAssigned(Draft draft, QubeId id, DeviceAddress device, DeviceAssignment assignment) => Wish(
        draft,
        Devices.Frontend(draft, id),
        assignment with { Backend = device.Backend, Port = device.Port, Device = device.Device, Frontend = null });

    /// <summary>Notes that the hypervisor has attached a device.</summary>
    /// <remarks>Nothing happens when nobody waits for it any more; a device that has gone meanwhile counts as not attached.</remarks>
    public static void Complete(Draft draft, QubeId id, string run, DeviceAssignment device)
    {
        if (Current(draft.World, id, run) is { } current && current.Attaching.Contains(device))
        {
            if (!KnownDevices.Matching(draft.World, device.Address).Any())
            {
                Drop(draft, id, run, device, "the device has gone");
                return;
            }

            draft.Record(new DeviceAttached(id, run, device));
            Devices.Announce(draft, draft.World.Qube(id), "device-attach", device);
        }
    }

    /// <summary>Asks by hand that a device is detached.</summary>
    /// <exception cref="DeviceNotAssignedException">It is not attached.</exception>
    /// <exception cref="QubeNotHaltedException">The qube cannot do without it.</exception>
    public static void RequestDetach(Draft draft, QubeId id, DeviceAddress asked)
    {
        var qube = Devices.Frontend(draft, id);
        var run = PowerStates.Active(draft.World, id);
        if (run?.Attached.FirstOrDefault(attached => Is(attached, asked)) is not { } device)
        {
            throw new DeviceNotAssignedException($"{asked.Class} device {asked.Port} not attached to {qube.Name}");
        }

        if (qube.Devices.Any(assigned => assigned.Mode == DeviceModes.Required && Describes(assigned.Address, device.Address)))
        {
            throw new QubeNotHaltedException("Can not detach a required device from a non halted qube. You need to unassign device first.");
        }

        AnnouncePort(draft, qube, "device-pre-detach", device.Class, device.Backend, device.Port);
        draft.Record(new DeviceDetachRequested(id, run.Id, device.Class, device.Backend, device.Port));
    }

    /// <summary>Notes that a device is no longer attached; nothing happens when it was not.</summary>
    public static void Detached(Draft draft, QubeId id, string run, DeviceAssignment device)
    {
        if (Current(draft.World, id, run) is { } current && current.Attached.Any(other => Is(other, device.Address)))
        {
            draft.Record(new DeviceDetached(id, run, device.Class, device.Backend, device.Port));
            AnnouncePort(draft, draft.World.Qube(id), "device-detach", device.Class, device.Backend, device.Port);
        }
    }

    /// <summary>Notes that a wish about a device came to nothing; nothing happens when there is none.</summary>
    public static void Drop(Draft draft, QubeId id, string run, DeviceAssignment device, string reason)
    {
        if (Current(draft.World, id, run) is { } current && current.Attaching.Concat(current.Detaching).Any(other => Is(other, device.Address)))
        {
            draft.Record(new DeviceWishDropped(id, run, device.Class, device.Backend, device.Port, reason));
        }
    }

    /// <summary>Notes that a device was not found in the domain when it was to be detached; clients hear what they would hear otherwise.</summary>
    /// <remarks>As the original: it looks for the slot of a PCI device, and leaves the domain as it is when there is none (recorded: 21-extras-0025).</remarks>
    public static void LeaveAttached(Draft draft, QubeId id, string run, DeviceAssignment device)
    {
        if (Current(draft.World, id, run) is { } current && current.Detaching.Contains(device))
        {
            Drop(draft, id, run, device, "the domain has no slot with this device");
            AnnouncePort(draft, draft.World.Qube(id), "device-detach", device.Class, device.Backend, device.Port);
        }
    }

    /// <summary>Announces something about a place for a device.</summary>
    internal static void AnnouncePort(Draft draft, Qube qube, string @event, string @class, string backend, string port) =>
        draft.Announce(qube, $"{@event}:{@class}", new AnnouncementArgument("port", $"{backend}:{port}"));

    private static void Wish(Draft draft, Qube qube, DeviceAssignment device)
    {
        if (device.Class == PciDevice.Class)
        {
            CheckPci(draft.World, qube);
        }

        var complete = device.Class == BlockDevice.Class ? WithBlockOptions(draft.World, qube, device) : device;
        if (Attachments.FrontendOf(draft.World, device.Address) is { } other)
        {
            throw new DeviceAlreadyAttachedException($"Device {device.Address} already attached to {other.Name}");
        }

        var run = PowerStates.Active(draft.World, qube.Id) ?? throw PowerRefusals.NotRunning(qube);
        draft.Record(new DeviceAttachRequested(qube.Id, run.Id, complete));
    }

    private static void CheckPci(World world, Qube qube)
    {
        if (qube.IsDom0)
        {
            throw new RefusedException("Can't attach PCI device to dom0");
        }

        if (PropertyValues.Get(world, qube, "virt_mode")?.Text == "pvh")
        {
            throw new RefusedException("Can't attach PCI device to VM in pvh mode");
        }
    }

    // The options as the hypervisor gets them: nothing is left to it to choose.
    private static DeviceAssignment WithBlockOptions(World world, Qube qube, DeviceAssignment device)
    {
        var isReadOnly = world.Find(device.Backend) is { } backend &&
            KnownDevices.OfferedBlocks(world, backend).Any(offered => offered.Port == device.Port && offered.IsReadOnly);
        BlockOptions.Check(device.Options, isReadOnly);
        if (qube.IsDom0)
        {
            throw new RefusedException("Can't attach block device to dom0");
        }

        var run = PowerStates.Active(world, qube.Id) ?? throw PowerRefusals.NotRunning(qube);
        var complete = WithReadOnly(device, isReadOnly);
        return BlockOptions.Find(complete, BlockFrontends.Option) is not null ? complete : complete with
        {
            Options = complete.Options
                .Append(new NamedText(BlockFrontends.Option, BlockFrontends.For(complete, Attachments.UsedNames(qube, run), HasKernel(world, qube))))
                .ToEquatableArray(),
        };
    }

    private static DeviceAssignment WithReadOnly(DeviceAssignment device, bool isReadOnly)
    {
        var value = (BlockOptions.Find(device, "read-only") is null ? isReadOnly : BlockOptions.IsReadOnly(device)) ? "yes" : "no";
        var options = device.Options.Any(option => option.Name == "read-only")
            ? device.Options.Select(option => option.Name == "read-only" ? option with { Value = value } : option)
            : device.Options.Append(new NamedText("read-only", value));
        return device with { Options = options.ToEquatableArray() };
    }

    private static bool HasKernel(World world, Qube qube) => PropertyValues.Get(world, qube, "kernel")?.Text is { Length: > 0 };

    private static Run? Current(World world, QubeId id, string run) => PowerStates.Active(world, id) is { } current && current.Id == run ? current : null;

    private static bool Is(DeviceAssignment device, DeviceAddress place) =>
        device.Class == place.Class && Fits(place.Backend, device.Backend) && device.Port == place.Port;

    private static bool Describes(DeviceAddress pattern, DeviceAddress device) =>
        pattern.Class == device.Class && Fits(pattern.Backend, device.Backend) && Fits(pattern.Port, device.Port) && Fits(pattern.Device, device.Device);

    private static bool Fits(string pattern, string text) => pattern == DeviceAddress.Any || pattern == text;
}
