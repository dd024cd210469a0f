using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A pool of <c>file</c> in a folder, with devices that are only noted.</summary>
public sealed class CowBench : StorageBench
{
    private const string PoolPath = "/var/lib/qubes/files";

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qubes-file-");

    public CowBench() => Directory.CreateDirectory(Folder);

    public override Pool Pool { get; } = new("files", PoolDrivers.File, [new NamedText(PoolDrivers.DirPath, PoolPath)]);

    public override DriverTraits Traits => DriverTraits.FindsStrays;

    public string Folder => OnDisk(PoolPath);

    /// <summary>The devices: they outlive a daemon.</summary>
    public RecordingSnapshotDevices Devices { get; } = new();

    public override IVolumeDriver Driver(IStorageSteps? steps = null) => new CowDriver(new RootedPaths(root.FullName), Devices, steps ?? NoSteps.Instance);

    public override string IdOf(string qube, string volume) => $"{(qube.StartsWith("tpl", StringComparison.Ordinal) ? "vm-templates" : "appvms")}/{qube}/{volume}";

    public override string RunPath(DriverVolume volume) => $"{PoolPath}/{(volume.Config.SnapOnStart ? volume.Config.Source : volume.Vid)}.img";

    public override bool CanExport(DriverVolume volume, bool isDirty) => Devices.Built.Count == 0;

    public override string OnDisk(string path) => root.FullName + path;

    public override IReadOnlyList<string> Remains() => [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path)).Where(name => name is not ("appvms" or "vm-templates")),
        .. Devices.Built.Select(device => device.ToString())];

    public override bool LeaveBehind(DriverVolume volume)
    {
        File.WriteAllText($"{Folder}/{volume.Vid}-cow.img~new", "half");
        return true;
    }

    public override void Dispose()
    {
        base.Dispose();
        root.Delete(recursive: true);
    }
}
