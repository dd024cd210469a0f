namespace Qubes.Cqrs.Domain;

/// <summary>What is noted when a qube was asked which block devices it offers.</summary>
/// <remarks>Source: spec, devices 6 (detection), qubesdb.md 5.</remarks>
public static class DeviceObservations
{
    /// <summary>The key whose change says that there is something to look at.</summary>
    public const string WatchedKey = "/qubes-block-devices";

    /// <summary>Notes the devices of a qube as they were found, and tells what is another than before.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The qube; dom0 as well.</param>
    /// <param name="run">The run during which the qube was asked; null for dom0.</param>
    /// <param name="found">Its devices by name.</param>
    /// <param name="path">The key that was written; null when nobody said that something is written.</param>
    public static void Note(Draft draft, QubeId id, string? run, EquatableArray<BlockDevice> found, string? path)
    {
        if (draft.World.Find(id) is not { } qube || !IsCurrent(draft.World, id, run))
        {
            return;
        }

        var before = KnownDevices.OfferedBlocks(draft.World, qube);
        if (path is not null)
        {
            draft.Announce(qube, "device-list-change:" + BlockDevice.Class);
        }

        if (before != found)
        {
            var known = Infos(qube, before);
            var now = Infos(qube, found);
            Record(draft, id, run, found);
            var gone = known.Where(device => now.All(other => other.Address != device.Address)).ToList();
            gone.ForEach(device => DetachFromFrontend(draft, device.Address));
            gone.ForEach(device => DeviceAttachment.AnnouncePort(draft, qube, "device-removed", device.Class, device.Backend, device.Port));
            foreach (var device in now.Where(device => known.All(other => other.Address != device.Address)))
            {
                draft.Announce(qube, "device-added:" + device.Class, new AnnouncementArgument("device", device.Address.ToString()));
            }
        }

        if (path is not null)
        {
            draft.Announce(qube, "domain-qdb-change:" + WatchedKey, new AnnouncementArgument("path", path));
        }
    }

    /// <summary>Notes the devices that a qube has when nobody has heard of any yet; nobody is told.</summary>
    public static void NoteFirst(Draft draft, QubeId id, string run, EquatableArray<BlockDevice> found)
    {
        if (IsCurrent(draft.World, id, run) && draft.World.Runs[id].Offered != found)
        {
            Record(draft, id, run, found);
        }
    }

    /// <summary>Notes that a device has gone: it is attached to nobody any more.</summary>
    internal static void DetachFromFrontend(Draft draft, DeviceAddress device)
    {
        foreach (var frontend in PowerStates.ActiveQubes(draft.World).ToList())
        {
            var run = draft.World.Runs[frontend.Id];
            if (run.Attached.FirstOrDefault(attached => attached.Class == device.Class && attached.Backend == device.Backend && attached.Port == device.Port) is { } attached)
            {
                DeviceAttachment.Detached(draft, frontend.Id, run.Id, attached);
            }
        }
    }

    private static List<DeviceInfo> Infos(Qube qube, EquatableArray<BlockDevice> devices) =>
        [.. devices.Select(device => device.ToInfo(qube.Name, devices))];

    private static void Record(Draft draft, QubeId id, string? run, EquatableArray<BlockDevice> found) =>
        draft.Record(run is null ? new HostObserved(draft.World.Host with { BlockDevices = found }) : new DevicesObserved(id, run, found));

    private static bool IsCurrent(World world, QubeId id, string? run) => run is null ? id == QubeId.Dom0 : PowerStates.Active(world, id)?.Id == run;
}
