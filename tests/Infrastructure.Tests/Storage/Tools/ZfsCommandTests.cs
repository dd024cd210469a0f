using System.Text.RegularExpressions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The commands of ZFS that each operation takes, word by word; what is drawn by chance stands as eight stars, times as <c>T</c>.</summary>
/// <remarks>Source: spec, storage 8.</remarks>
public sealed partial class ZfsCommandTests : IDisposable
{
    private readonly ZfsBench bench = new();
    private readonly IVolumeDriver driver;

    public ZfsCommandTests() => driver = bench.Driver();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_life_of_a_volume()
    {
        var volume = bench.Origin(revisions: 1);
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.StartAsync(volume, default);
        await driver.StartAsync(volume, default);
        await driver.StopAsync(volume, default);
        await driver.ResizeAsync(volume, 1, default);
        await driver.RemoveAsync(volume, default);

        Assert.Equal(
            [
                "create -p -s -V 1048576 tank/vms/work/private",
                "snapshot tank/vms/work/private@qubes:after-create:T",
                "snapshot tank/vms/work/private@qubes-clean-********",
                "snapshot tank/vms/work/private@qubes:before-start:T",
                "destroy -d tank/vms/work/private@qubes:after-create:T",
                "set readonly=off org.qubes-os:dirty=on tank/vms/work/private",
                "set readonly=off org.qubes-os:dirty=on tank/vms/work/private",
                "snapshot tank/vms/work/private@qubes-clean-********",
                "set org.qubes-os:dirty=off tank/vms/work/private",
                "destroy -d tank/vms/work/private@qubes-clean-********",
                "set volsize=131072 tank/vms/work/private",
                "snapshot tank/vms/work/private@qubes-clean-********",
                "destroy -d tank/vms/work/private@qubes-clean-********",
                "destroy -r tank/vms/work/private",
                "destroy -r tank/vms/work",
            ],
            Calls());
    }

    [Fact]
    public async Task New_data_and_exports()
    {
        var volume = bench.Origin();
        await driver.CreateAsync(volume, mayExist: false, default);
        bench.Tools.Calls.Clear();
        Assert.Equal("/dev/zvol/tank/vms/.importing/work_private", await driver.PrepareImportAsync(volume, 5, default));
        await driver.CommitImportAsync(volume, default);
        var path = await driver.ExportAsync(volume, default);
        Assert.Empty(await driver.FindStraysAsync(bench.Pool, [volume], default));
        Assert.Single(await bench.Driver().FindStraysAsync(bench.Pool, [volume], default), stray => stray.IsLeftOver); // another daemon's
        await driver.EndExportAsync(volume, path, default);

        Assert.Equal(
            [
                "create -p -s -V 131072 tank/vms/.importing/work_private",
                "snapshot tank/vms/.importing/work_private@qubes:after-import-data:T",
                "snapshot tank/vms/.importing/work_private@qubes-clean-********",
                "rename -p tank/vms/work/private tank/vms/.tmp/work_private-********",
                "rename -p tank/vms/.importing/work_private tank/vms/work/private",
                "destroy -r tank/vms/.tmp/work_private-********",
                "clone -p tank/vms/work/private@qubes-clean-******** tank/vms/.exported/work_private-********",
                "set readonly=on tank/vms/.exported/work_private-********",
                "destroy -r tank/vms/.exported/work_private-********",
            ],
            Calls());
    }

    [Fact]
    public async Task Going_back_takes_the_revision_last()
    {
        var volume = bench.Origin(revisions: 3);
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.StartAsync(volume, default);
        bench.Write(bench.RunPath(volume), 'a');
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.RevertAsync(volume, (await driver.LookAsync(volume, default)).Revisions[0].Name, default));
        await driver.StopAsync(volume, default);
        var revision = (await driver.LookAsync(volume, default)).Revisions[^1];
        bench.Tools.Calls.Clear();
        await driver.RevertAsync(volume, revision.Name, default);
        await driver.RevertAsync(volume, revision.Name, default);

        Assert.Equal('-', bench.Read(bench.RunPath(volume)));
        Assert.Equal(
            ["rollback -r tank/vms/work/private@qubes:before-start:T", "snapshot tank/vms/work/private@qubes-clean-********",
                "destroy -d tank/vms/work/private@qubes:before-start:T"],
            Calls());
        await Assert.ThrowsAsync<RevisionNotFoundException>(async () => await driver.RevertAsync(volume, "qubes-clean-aaaaaaaa", default));
    }

    [Fact]
    public async Task A_source_whose_copies_live_on_goes_and_leaves_them_what_they_need()
    {
        var (source, copy) = (bench.Origin("tpl"), bench.Origin("work"));
        await driver.CreateAsync(source, mayExist: false, default);
        await driver.StartAsync(source, default);
        bench.Write(bench.RunPath(source), 'a');
        await driver.StopAsync(source, default);
        Assert.True(await driver.PrepareCloneAsync(copy, source, default));
        await driver.CommitImportAsync(copy, default);
        var before = (await driver.LookAsync(copy, default)).Revisions;
        await driver.RemoveAsync(source, default);

        Assert.Equal('a', bench.Read(bench.RunPath(copy)));
        Assert.Equal(before, (await driver.LookAsync(copy, default)).Revisions);
        Assert.DoesNotContain(bench.Tools.Names, name => name.StartsWith("tank/vms/tpl", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tank/vms/-r/private")]
    [InlineData("tank/vms/work/private@x")]
    [InlineData("tank/vms/work/pri vate")]
    [InlineData("tank/vms/.tmp/private")]
    [InlineData("tank/vms/work")]
    [InlineData("tank/other/work/private")]
    public async Task A_name_that_is_no_volume_s_reaches_no_tool(string vid)
    {
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.RemoveAsync(bench.Origin() with { Vid = vid }, default));
        Assert.Empty(bench.Tools.Calls);
    }

    [Fact]
    public async Task A_container_is_made_once()
    {
        var zfs = new ZfsDriver(new StorageTools(bench.Tools, NoSteps.Instance), TimeProvider.System);
        await zfs.SetUpAsync("tank/qubes", default);
        await zfs.SetUpAsync("tank/qubes", default);
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await zfs.SetUpAsync("-o", default));

        Assert.Equal(["create -p -o mountpoint=none -o volmode=dev -o org.qubes-os:part-of-qvm-pool=true tank/qubes"], Calls());
    }

    private IEnumerable<string> Calls() => bench.Tools.Calls.Select(call =>
        Times().Replace(Chance().Replace(call["zfs ".Length..], "$1********"), ":T"));

    [GeneratedRegex(":[0-9]+\\.[0-9]{6}")]
    private static partial Regex Times();

    [GeneratedRegex("(qubes-clean-|work_private-)[a-z]{8}")]
    private static partial Regex Chance();
}
