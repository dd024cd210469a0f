using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Settles wishes about devices whose outcome is not known: the daemon was stopped, or the hypervisor did not answer.</summary>
/// <remarks>
/// Where the hypervisor tells which devices a domain has, what it tells is noted. Where it cannot tell: a device that was to be attached is taken
/// out, whatever that gives, since nobody was told that it is there; one that was to be detached is taken out again, and counts as attached unless that
/// succeeds, so that no other qube gets it. Nothing is concluded from a hypervisor that does not answer.
/// </remarks>
internal sealed class DeviceSettlement(DeviceContext context)
{
    private const string Interrupted = "what became of it was not known, so it was taken back";

    private readonly IHypervisor hypervisor = context.Ports.Hypervisor;

    /// <summary>Settles what is open of one qube; called in its lane.</summary>
    internal async Task SettleAsync(QubeId qube, Call call, CancellationToken stop)
    {
        if (PowerStates.Active(context.World, qube) is not { } run)
        {
            return;
        }

        foreach (var device in run.Attaching)
        {
            await context.TryAsync(qube, "settle", device.Class, () => SettleAttachAsync(qube, run.Id, device, call, stop), stop).ConfigureAwait(false);
        }

        foreach (var device in run.Detaching)
        {
            await context.TryAsync(qube, "settle", device.Class, () => SettleDetachAsync(qube, run.Id, device, call, stop), stop).ConfigureAwait(false);
        }
    }

    private async Task SettleAttachAsync(QubeId qube, string run, DeviceAssignment device, Call call, CancellationToken stop)
    {
        var xml = Define(device);
        var has = xml is null ? false : await hypervisor.HasDeviceAsync(qube, xml, stop).ConfigureAwait(false);
        if (has is null && !await TakeOutAsync(qube, xml!, stop).ConfigureAwait(false)) // null only where there is a definition
        {
            return;
        }

        await context.NoteAsync(
            qube,
            draft =>
            {
                if (has == true)
                {
                    DeviceAttachment.Complete(draft, qube, run, device);
                }
                else
                {
                    DeviceAttachment.Drop(draft, qube, run, device, Interrupted);
                }
            },
            call).ConfigureAwait(false);
    }

    private async Task SettleDetachAsync(QubeId qube, string run, DeviceAssignment device, Call call, CancellationToken stop)
    {
        if (Define(device) is not { } xml)
        {
            await context.NoteAsync(qube, draft => DeviceAttachment.Drop(draft, qube, run, device, Interrupted), call).ConfigureAwait(false);
            return;
        }

        var isGone = await hypervisor.HasDeviceAsync(qube, xml, stop).ConfigureAwait(false) == false;
        try
        {
            if (!isGone)
            {
                await hypervisor.DetachAsync(qube, xml, stop).ConfigureAwait(false);
            }
        }
        catch (HypervisorException e) when (e.Fault != HypervisorFault.Unreachable)
        {
            await context.NoteAsync(qube, draft => DeviceAttachment.Drop(draft, qube, run, device, e.Message), call).ConfigureAwait(false);
            return;
        }

        await context.NoteAsync(qube, draft => DeviceAttachment.Detached(draft, qube, run, device), call).ConfigureAwait(false);
    }

    // Whether the hypervisor answered, whatever it said.
    private async Task<bool> TakeOutAsync(QubeId qube, string xml, CancellationToken stop)
    {
        try
        {
            await hypervisor.DetachAsync(qube, xml, stop).ConfigureAwait(false);
            return true;
        }
        catch (HypervisorException e)
        {
            return e.Fault != HypervisorFault.Unreachable;
        }
    }

    // A device that has gone cannot be described.
    private string? Define(DeviceAssignment device)
    {
        try
        {
            return context.Ports.Define(context.World, device);
        }
        catch (DomainException)
        {
            return null;
        }
    }
}
