using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>What is particular to <c>file</c>. Source: spec, storage 5.</summary>
public sealed class CowDriverTests : IDisposable
{
    private readonly CowBench bench = new();
    private readonly IVolumeDriver driver;

    public CowDriverTests() => driver = bench.Driver();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public async Task What_a_run_changed_becomes_the_only_revision(long kept, bool isKept)
    {
        var volume = await Created(kept);
        await driver.StartAsync(volume, default);
        WriteCow("work/private");
        Assert.True((await driver.LookAsync(volume, default)).IsDirty);
        await driver.StopAsync(volume, default);
        await driver.StopAsync(volume, default);

        var condition = await driver.LookAsync(volume, default);
        Assert.False(condition.IsDirty);
        Assert.Equal(isKept ? ["old"] : [], condition.Revisions.Select(revision => revision.Name));
        Assert.Equal(isKept ? ["private-cow.img", "private-cow.img.old", "private.img"] : ["private-cow.img", "private.img"], Files("work"));
        Assert.All(condition.Revisions, revision => Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - revision.CreatedSeconds, 0, 60));
    }

    [Fact]
    public async Task A_running_or_dirty_volume_is_not_exported_and_an_exported_one_not_started()
    {
        var volume = await Created();
        var path = await driver.ExportAsync(volume, default);
        Assert.Equal("/var/lib/qubes/files/appvms/work/private.img", path);
        await Refused("file pool cannot start a VM with an exported volume", () => driver.StartAsync(volume, default));
        await driver.EndExportAsync(volume, path, default);
        await driver.StartAsync(volume, default);
        await Refused("file pool cannot export running volumes", async () => await driver.ExportAsync(volume, default));
        WriteCow("work/private");
        foreach (var device in bench.Devices.Built)
        {
            await bench.Devices.RemoveAsync(device, default); // the host went down
        }

        await Refused("file pool cannot export dirty volumes", async () => await driver.ExportAsync(volume, default));
    }

    [Fact]
    public async Task A_snapshot_gets_a_device_of_its_own_over_its_source()
    {
        var source = bench.Origin("tpl", "root");
        await driver.CreateAsync(source, mayExist: false, default);
        var snapshot = bench.Snapshot(source);
        await driver.StartAsync(snapshot, default);
        var folder = $"{bench.Folder}/vm-templates/tpl/root";
        Assert.Equal([new SnapshotDevice($"{folder}.img", $"{folder}-cow.img", $"{bench.Folder}/appvms/work/root-cow.img")], bench.Devices.Built);
        await driver.StopAsync(snapshot, default);

        Assert.Empty(bench.Devices.Built);
        Assert.Empty(Files("work"));
    }

    [Fact]
    public async Task A_read_only_volume_keeps_nothing_of_a_run()
    {
        var volume = await Created();
        volume = volume with { Config = volume.Config with { Rw = false } };
        await driver.StartAsync(volume, default);
        WriteCow("work/private");
        await driver.StopAsync(volume, default);
        Assert.Equal(["private.img"], Files("work"));
    }

    [Fact]
    public async Task Refusals_are_those_of_the_original()
    {
        var (volume, template) = (bench.Origin(), bench.Origin("tpl", "root"));
        await driver.CreateAsync(template, mayExist: false, default);
        await driver.CreateAsync(volume, mayExist: false, default);
        var snapshot = bench.Snapshot(template);
        await Refused("Volume /var/lib/qubes/files/appvms/work/private.img already exists", () => driver.CreateAsync(volume, mayExist: false, default));
        await Refused("Can not import into save_on_stop=False volume appvms/work/volatile", async () => await driver.PrepareImportAsync(bench.Volatile(), 1, default));
        await Refused("Can not import snapshot volume appvms/work/root in to pool appvms/work/private ", async () => await driver.PrepareCloneAsync(volume, snapshot, default));
        await Refused("Cannot resize volume based on a template - resizethe template instead", () => driver.ResizeAsync(snapshot, 1, default));
        await Refused("Can not resize readonly volume appvms/work/private", () => driver.ResizeAsync(volume with { Config = volume.Config with { Rw = false } }, 1, default));
        await Refused("Missing image file: /var/lib/qubes/files/appvms/x/private.img.", () => driver.VerifyAsync(bench.Origin("x"), default));
    }

    [Fact]
    public async Task The_helper_programs_get_each_file_as_an_argument()
    {
        using var host = new ProgramFolder();
        foreach (var name in new[] { "create-snapshot", "destroy-snapshot" })
        {
            host.Write($"/usr/lib/qubes/{name}", $"printf '%s' {name} >> \"$LOG\"; for a in \"$@\"; do printf ' <%s>' \"$a\" >> \"$LOG\"; done; echo >> \"$LOG\"");
        }

        Directory.CreateDirectory(host.On("/pool"));
        Directory.CreateDirectory(host.On("/dev/mapper"));
        var files = new[] { "a b;$(id).img", "cow.img", "own.img" }.Select(name => host.On($"/pool/{name}")).ToList();
        files.ForEach(file => File.WriteAllText(file, ""));
        var ids = (await LoopDisk.RunAsync("stat", ["-c", "%D:%i", .. files])).Split('\n');
        var devices = new HelperSnapshotDevices(host.Paths);
        var (origin, snapshot) = (new SnapshotDevice(files[0], files[1]), new SnapshotDevice(files[0], files[1], files[2]));
        await devices.BuildAsync(origin, default);
        await devices.BuildAsync(snapshot, default);
        await devices.RemoveAsync(snapshot, default); // not there, so nothing is called
        File.WriteAllText(host.On($"/dev/mapper/origin-{ids[0]}"), "");
        File.WriteAllText(host.On($"/dev/mapper/snapshot-{ids[0]}-{ids[1]}-{ids[2]}"), "");
        await devices.BuildAsync(origin, default); // there
        await devices.RemoveAsync(origin, default);
        await devices.RemoveAsync(snapshot, default);

        Assert.Equal(
            [
                $"create-snapshot <{files[0]}> <{files[1]}>",
                $"create-snapshot <{files[0]}> <{files[1]}> <{files[2]}>",
                $"destroy-snapshot </dev/mapper/origin-{ids[0]}>",
                $"destroy-snapshot </dev/mapper/snapshot-{ids[0]}-{ids[1]}-{ids[2]}>",
            ],
            host.Log());
    }

    [Fact]
    public async Task A_helper_program_that_fails_is_a_fault()
    {
        using var host = new ProgramFolder();
        host.Write("/usr/lib/qubes/create-snapshot", "echo no loop device >&2; exit 3");
        var fault = await Assert.ThrowsAsync<IOException>(async () => await new HelperSnapshotDevices(host.Paths).BuildAsync(new SnapshotDevice("/x", "/y"), default));
        Assert.Equal("/usr/lib/qubes/create-snapshot failed with 3: no loop device", fault.Message);
    }

    private static async Task Refused(string text, Func<ValueTask> operation) =>
        Assert.Equal(text, (await Assert.ThrowsAsync<StorageRefusedException>(async () => await operation())).Message);

    private async Task<DriverVolume> Created(long revisions = 1)
    {
        var volume = bench.Origin(revisions: revisions);
        await driver.CreateAsync(volume, mayExist: false, default);
        return volume;
    }

    private void WriteCow(string volume) => File.WriteAllText($"{bench.Folder}/appvms/{volume}-cow.img", new string('x', 5000));

    private IEnumerable<string> Files(string qube) =>
        Directory.EnumerateFiles($"{bench.Folder}/appvms/{qube}").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
