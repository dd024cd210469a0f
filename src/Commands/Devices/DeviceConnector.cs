using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Brings wishes about devices to their outcome; called in the lane of the frontend.</summary>
/// <remarks>The wish is in the log before the hypervisor is asked. Source: spec, devices 4 to 6.</remarks>
internal sealed class DeviceConnector(DeviceContext context)
{
    private readonly DevicePorts ports = context.Ports;

    /// <summary>Asks that a device is attached, and attaches it.</summary>
    /// <exception cref="DomainException">It is not attached.</exception>
    internal async Task AttachAsync(QubeId qube, ICommand wish, Call call, CancellationToken stop)
    {
        var before = context.World.Runs.GetValueOrDefault(qube)?.Attaching ?? [];
        await context.SendAsync(wish, call).ConfigureAwait(false);
        if (context.World.Runs.GetValueOrDefault(qube) is { } run && run.Attaching.Except(before).LastOrDefault() is { } device)
        {
            await CarryOutAttachAsync(qube, run.Id, device, call, stop).ConfigureAwait(false);
        }
        else
        {
            throw Gone();
        }
    }

    /// <summary>Asks that a device is detached, and detaches it.</summary>
    /// <exception cref="DomainException">It is not detached.</exception>
    internal async Task DetachAsync(QubeId qube, ICommand wish, Call call, CancellationToken stop)
    {
        var before = context.World.Runs.GetValueOrDefault(qube)?.Detaching ?? [];
        await context.SendAsync(wish, call).ConfigureAwait(false);
        if (context.World.Runs.GetValueOrDefault(qube) is { } run && run.Detaching.Except(before).LastOrDefault() is { } device)
        {
            await CarryOutDetachAsync(qube, run, device, call, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a device out of a domain that the log no longer knows there.</summary>
    /// <exception cref="DomainException">It cannot be described any more.</exception>
    internal async Task UnplugAsync(QubeId qube, string xml, CancellationToken stop) => await ports.Hypervisor.DetachAsync(qube, xml, stop).ConfigureAwait(false);

    private async Task CarryOutAttachAsync(QubeId qube, string run, DeviceAssignment device, Call call, CancellationToken stop)
    {
        string? xml = null;
        try
        {
            xml = ports.Define(context.World, device);
            if (AddressOf(context.World, device) is { } address)
            {
                await ports.Pci.BindAsync(address, stop).ConfigureAwait(false);
            }

            await ports.Hypervisor.AttachAsync(qube, xml, stop).ConfigureAwait(false);
        }
        catch (HypervisorException e) when (e.Fault == HypervisorFault.Unreachable)
        {
            DeviceLog.NotKnown(context.Logger, qube, e.Message); // the wish stays, and is settled as soon as the hypervisor answers
            throw PowerFaults.Of(e);
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && !stop.IsCancellationRequested)
        {
            await context.NoteAsync(qube, draft => DeviceAttachment.Drop(draft, qube, run, device, e.Message), call).ConfigureAwait(false);
            throw PowerFaults.Of(e);
        }

        await context.NoteAsync(qube, draft => DeviceAttachment.Complete(draft, qube, run, device), call).ConfigureAwait(false);
        await CheckAttachedAsync(qube, run, device, xml, stop).ConfigureAwait(false);
    }

    // The device or the qube may have gone while the hypervisor worked.
    private async Task CheckAttachedAsync(QubeId qube, string run, DeviceAssignment device, string xml, CancellationToken stop)
    {
        if (context.Find(qube, run) is not { } current)
        {
            throw Gone();
        }

        if (!current.Attached.Contains(device))
        {
            await context.TryAsync(qube, "take back", device.Class, () => UnplugAsync(qube, xml, stop), stop).ConfigureAwait(false);
            throw Gone();
        }
    }

    private async Task CarryOutDetachAsync(QubeId qube, Run run, DeviceAssignment device, Call call, CancellationToken stop)
    {
        try
        {
            if (AddressOf(context.World, device) is { } address && !await ReleaseAsync(qube, run, device, address, call, stop).ConfigureAwait(false))
            {
                return;
            }

            await ports.Hypervisor.DetachAsync(qube, ports.Define(context.World, device), stop).ConfigureAwait(false);
        }
        catch (HypervisorException e) when (e.Fault == HypervisorFault.Unreachable)
        {
            DeviceLog.NotKnown(context.Logger, qube, e.Message);
            throw PowerFaults.Of(e);
        }
        catch (Exception e) when (PowerFaults.IsExpected(e) && !stop.IsCancellationRequested)
        {
            await context.NoteAsync(qube, draft => DeviceAttachment.Drop(draft, qube, run.Id, device, e.Message), call).ConfigureAwait(false);
            throw PowerFaults.Of(e);
        }

        await context.NoteAsync(qube, draft => DeviceAttachment.Detached(draft, qube, run.Id, device), call).ConfigureAwait(false);
    }

    // The qube lets go of a PCI device first. Without a slot there is nothing to take out.
    private async Task<bool> ReleaseAsync(QubeId id, Run run, DeviceAssignment device, string address, Call call, CancellationToken stop)
    {
        if (await ports.Pci.FindSlotAsync(run.Xid, address, stop).ConfigureAwait(false) is not { } slot)
        {
            DeviceLog.NoSlot(context.Logger, id);
            await context.NoteAsync(id, draft => DeviceAttachment.LeaveAttached(draft, id, run.Id, device), call).ConfigureAwait(false);
            return false;
        }

        await context.NoteAsync(id, draft => Pauses.AnnounceService(draft, id), call).ConfigureAwait(false);
        var service = new QrexecCall(context.World.Qube(id).Name, "root", "qubes.DetachPciDevice", context.Options.ServiceTimeout)
        {
            Input = Encoding.ASCII.GetBytes("00:" + slot),
        };
        var result = await ports.Qrexec.RunAsync(service, stop).ConfigureAwait(false);
        return result.ExitCode == 0 ? true : throw new RefusedException($"The qube did not let go of the PCI device {device.Port}");
    }

    /// <summary>The address of a PCI device on the host; null for devices of other classes, and for one that has gone.</summary>
    internal static string? AddressOf(World world, DeviceAssignment device) => device.Class == PciDevice.Class
        ? world.Host.PciDevices.FirstOrDefault(known => known.Port == device.Port)?.Address
        : null;

    private static RefusedException Gone() => new("The device or the qube has gone meanwhile");
}
