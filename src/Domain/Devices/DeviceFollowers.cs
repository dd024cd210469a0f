namespace Qubes.Cqrs.Domain;

/// <summary>What starts and ends of qubes do with devices: required ones come with the domain, and what a qube had or offered goes with it.</summary>
/// <remarks>Source: spec, devices 4 to 6; lifecycle.md 3, 4 and 9.</remarks>
public sealed class DeviceFollowers : Reaction
{
    /// <inheritdoc/>
    public override void AfterSpawn(Draft draft, Qube qube)
    {
        var run = draft.World.Runs[qube.Id];
        foreach (var device in RequiredDisks.WithNames(draft.World, qube))
        {
            if (Attachments.FrontendOf(draft.World, device.Address) is null)
            {
                draft.Record(new DeviceAttached(qube.Id, run.Id, device));
            }
        }
    }

    /// <inheritdoc/>
    public override void AfterRun(Draft draft, Qube qube, Run ended)
    {
        foreach (var device in ended.Offered.Select(device => device.ToInfo(qube.Name, ended.Offered)))
        {
            DeviceAttachment.AnnouncePort(draft, qube, "device-removed", device.Class, device.Backend, device.Port);
            DeviceObservations.DetachFromFrontend(draft, device.Address);
        }

        // What came with the domain goes with it, untold.
        foreach (var device in ended.Attached.Where(device => device.Class == BlockDevice.Class && device.Mode != DeviceModes.Required))
        {
            DeviceAttachment.AnnouncePort(draft, qube, "device-detach", device.Class, device.Backend, device.Port);
        }
    }
}
