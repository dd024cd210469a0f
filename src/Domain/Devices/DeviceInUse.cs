namespace Qubes.Cqrs.Domain;

/// <summary>A qube does not start while a device that it cannot do without is attached to another one.</summary>
/// <remarks>The hypervisor would refuse it later, with words of its own.</remarks>
public sealed class DeviceInUse : Reaction
{
    /// <inheritdoc/>
    public override void BeforeStart(Draft draft, Qube qube)
    {
        foreach (var assignment in qube.Devices.Where(assignment => assignment.Mode == DeviceModes.Required))
        {
            var devices = KnownDevices.Matching(draft.World, assignment.Address).Take(2).ToList();
            if (devices is [var only] && Attachments.FrontendOf(draft.World, only.Address) is { } other)
            {
                throw new DeviceAlreadyAttachedException($"Device {only.Address} already attached to {other.Name}");
            }
        }
    }
}
