using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A pool of <c>callback</c> that wraps <c>file-reflink</c>; a program is called at every opportunity.</summary>
public sealed class CallbackBench : StorageBench
{
    private readonly ProgramFolder programs = new();

    public CallbackBench()
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(programs.On("/etc"));
        programs.Write("/usr/bin/called", "exit 0");
        File.WriteAllText(
            programs.On("/etc/qubes_callback.json"), """{"c1": {"bdriver": "file-reflink", "bdriver_args": {"dir_path": "/pool", "setup_check": "False"}, "cmd": "called"}}""");
    }

    public override Pool Pool { get; } = new("p", PoolDrivers.Callback, [new NamedText(PoolDrivers.ConfId, "c1")]);

    public override DriverTraits Traits => DriverTraits.All;

    private string Folder => programs.On("/pool");

    public override IVolumeDriver Driver(IStorageSteps? steps = null) => new CallbackDriver(
        new LinuxPoolHost(programs.Paths, steps ?? NoSteps.Instance).Callbacks, _ => new ReflinkDriver(programs.Paths, steps ?? NoSteps.Instance));

    public override string IdOf(string qube, string volume) => $"{(qube.StartsWith("tpl", StringComparison.Ordinal) ? "vm-templates" : "appvms")}/{qube}/{volume}";

    public override string RunPath(DriverVolume volume) => $"/pool/{volume.Vid}-dirty.img";

    public override bool CanExport(DriverVolume volume, bool isDirty) => volume.Config.RevisionsToKeep != -1 || File.Exists(OnDisk($"/pool/{volume.Vid}.img"));

    public override string OnDisk(string path) => programs.On(path);

    public override IReadOnlyList<string> Remains() => [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path)).Where(name => name is not ("appvms" or "vm-templates"))];

    public override bool LeaveBehind(DriverVolume volume)
    {
        File.WriteAllText($"{Folder}/{volume.Vid}-dirty.img~new", "half");
        return true;
    }

    public override void Dispose()
    {
        programs.Dispose();
        base.Dispose();
    }
}
