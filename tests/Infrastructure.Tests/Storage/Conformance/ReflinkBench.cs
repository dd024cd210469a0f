using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A pool of <c>file-reflink</c> on a disk; the daemon's root is a folder there.</summary>
public sealed class ReflinkBench : StorageBench
{
    private const string PoolPath = "/var/lib/qubes";

    private readonly string root;

    public ReflinkBench(string disk)
    {
        root = Path.Combine(disk, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Folder);
    }

    public override Pool Pool { get; } = new("varlibqubes", PoolDrivers.FileReflink, [new NamedText(PoolDrivers.DirPath, PoolPath)]);

    public override DriverTraits Traits => DriverTraits.All;

    /// <summary>The pool's folder on disk.</summary>
    public string Folder => OnDisk(PoolPath);

    public override IVolumeDriver Driver(IStorageSteps? steps = null) => new ReflinkDriver(new RootedPaths(root), steps ?? NoSteps.Instance);

    public override string IdOf(string qube, string volume) => $"{(qube.StartsWith("tpl", StringComparison.Ordinal) ? "vm-templates" : "appvms")}/{qube}/{volume}";

    public override string RunPath(DriverVolume volume) => $"{PoolPath}/{volume.Vid}-dirty.img";

    public override string OnDisk(string path) => root + path;

    // Without snapshots, the committed data is what the run writes to.
    public override bool CanExport(DriverVolume volume, bool isDirty) => volume.Config.RevisionsToKeep != -1 || File.Exists($"{Folder}/{volume.Vid}.img");

    public override IReadOnlyList<string> Remains() => [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path)).Where(name => name is not ("appvms" or "vm-templates"))];

    public override bool LeaveBehind(DriverVolume volume)
    {
        File.WriteAllText($"{Folder}/{volume.Vid}-dirty.img~new", "half");
        return true;
    }

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
