using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A pool of <c>zfs</c> whose tool is stood in for.</summary>
public sealed class ZfsBench : StorageBench
{
    private readonly string root = Directory.CreateTempSubdirectory("zfs-").FullName;

    public ZfsBench() => Tools = new ZfsStandIn(root);

    public ZfsStandIn Tools { get; }

    public override Pool Pool { get; } = new("tank", PoolDrivers.Zfs, [new NamedText(PoolDrivers.Container, "tank/vms")]);

    // Data that was imported begins its revisions anew, and a run writes in place: going back has tests of its own.
    public override DriverTraits Traits => DriverTraits.ExportsRunning | DriverTraits.KeepsDirtyApart | DriverTraits.FindsStrays | DriverTraits.RunsWithoutDevices;

    public override IVolumeDriver Driver(IStorageSteps? steps = null) => new ZfsDriver(new StorageTools(Tools, steps ?? NoSteps.Instance), TimeProvider.System);

    public override string IdOf(string qube, string volume) => $"tank/vms/{qube}/{volume}";

    public override string RunPath(DriverVolume volume) => "/dev/zvol/" + volume.Vid;

    // Without snapshots there is no state before a run.
    public override bool CanExport(DriverVolume volume, bool isDirty) => volume.Config.RevisionsToKeep != -1 || !Tools.IsDirty(volume.Vid);

    public override string OnDisk(string path) => root + path;

    public override IReadOnlyList<string> Remains() => Tools.Names;

    public override bool LeaveBehind(DriverVolume volume)
    {
        Tools.Make("tank/vms/.importing/gone_private");
        return true;
    }

    public override void Dispose()
    {
        Directory.Delete(root, recursive: true);
        base.Dispose();
    }
}
