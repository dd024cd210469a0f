using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A pool of <c>lvm_thin</c> whose tools are stood in for.</summary>
public sealed class LvmBench : StorageBench
{
    private readonly string root = Directory.CreateTempSubdirectory("lvm-").FullName;

    public LvmBench() => Tools = new LvmStandIn(root);

    public LvmStandIn Tools { get; }

    public override Pool Pool { get; } = new("vm-pool", PoolDrivers.LvmThin, [new NamedText(PoolDrivers.VolumeGroup, "qubes_dom0"), new NamedText(PoolDrivers.ThinPool, "vm-pool")]);

    public override DriverTraits Traits => DriverTraits.All & ~DriverTraits.ImportsRunning;

    public override IVolumeDriver Driver(IStorageSteps? steps = null) => new LvmThinDriver(new StorageTools(Tools, steps ?? NoSteps.Instance), TimeProvider.System);

    public override string IdOf(string qube, string volume) => $"qubes_dom0/vm-{qube}-{volume}";

    public override string RunPath(DriverVolume volume) => volume.Config is { SaveOnStop: false, SnapOnStart: false } || volume.Config is { SaveOnStop: true, RevisionsToKeep: -1 }
        ? $"/dev/{volume.Vid}"
        : $"/dev/{volume.Vid}-snap";

    public override string OnDisk(string path) => root + path;

    public override IReadOnlyList<string> Remains() => [.. Directory.EnumerateFiles(Tools.Devices)];

    public override bool LeaveBehind(DriverVolume volume)
    {
        File.WriteAllText($"{Tools.Devices}/vm-gone-private-import", "half");
        return true;
    }

    public override void Dispose()
    {
        Directory.Delete(root, recursive: true);
        base.Dispose();
    }
}
