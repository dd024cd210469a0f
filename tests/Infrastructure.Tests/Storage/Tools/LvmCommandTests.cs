using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The commands of LVM that each operation takes, word by word.</summary>
/// <remarks>Source: spec, storage 7.</remarks>
public sealed class LvmCommandTests : IDisposable
{
    private const string Copy = "lvcreate --snapshot --setactivationskip n --activate y --name";
    private const string Make = "lvcreate --thin --setactivationskip n --activate y --virtualsize";

    private readonly LvmBench bench = new();
    private readonly LvmThinDriver driver;

    public LvmCommandTests() => driver = new LvmThinDriver(new StorageTools(bench.Tools, NoSteps.Instance), new Stopped());

    public void Dispose()
    {
        driver.Dispose();
        bench.Dispose();
    }

    [Fact]
    public async Task A_life_of_a_volume()
    {
        var volume = bench.Origin();
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.StartAsync(volume, default);
        await driver.StopAsync(volume, default);
        await driver.StartAsync(volume, default);
        await driver.StartAsync(volume, default); // the qube was not stopped cleanly
        await driver.StopAsync(volume, default);
        await driver.ResizeAsync(volume, 2 << 20, default);

        Assert.Equal(
            [
                $"{Make} 1048576b --name vm-work-private -- qubes_dom0/vm-pool",
                $"{Copy} vm-work-private-snap -- qubes_dom0/vm-work-private",
                "lvrename -- qubes_dom0 vm-work-private vm-work-private-1700000000-back",
                "lvrename -- qubes_dom0 vm-work-private-snap vm-work-private",
                $"{Copy} vm-work-private-snap -- qubes_dom0/vm-work-private",
                "lvchange --ignoreactivationskip --activate y -- qubes_dom0/vm-work-private-snap",
                "lvrename -- qubes_dom0 vm-work-private vm-work-private-1700000001-back",
                "lvrename -- qubes_dom0 vm-work-private-snap vm-work-private",
                "lvrename -- qubes_dom0 vm-work-private-1700000000-back vm-work-private-1700000000-drop",
                "blkdiscard -- /dev/qubes_dom0/vm-work-private-1700000000-drop",
                "lvremove --force --yes -- qubes_dom0/vm-work-private-1700000000-drop",
                "lvresize --force --yes --size 2097152b -- qubes_dom0/vm-work-private",
            ],
            bench.Tools.Calls);
        Assert.Equal([new VolumeRevision("1700000001-back", 1_700_000_001)], (await driver.LookAsync(volume, default)).Revisions);
    }

    [Fact]
    public async Task New_data_and_going_back()
    {
        var volume = bench.Origin();
        await driver.CreateAsync(volume, mayExist: false, default);
        bench.Tools.Calls.Clear();
        Assert.Equal("/dev/qubes_dom0/vm-work-private-import", await driver.PrepareImportAsync(volume, 5, default));
        await driver.CommitImportAsync(volume, default);
        await driver.RevertAsync(volume, "1700000000-back", default);
        await driver.RevertAsync(volume, "1700000000-back", default); // it was taken
        await driver.RemoveAsync(volume, default);

        Assert.Equal(
            [
                $"{Make} 5b --name vm-work-private-import -- qubes_dom0/vm-pool",
                "lvrename -- qubes_dom0 vm-work-private vm-work-private-1700000000-back",
                "lvrename -- qubes_dom0 vm-work-private-import vm-work-private",
                "lvrename -- qubes_dom0 vm-work-private-1700000000-back vm-work-private-1700000000-revert",
                "lvrename -- qubes_dom0 vm-work-private vm-work-private-1700000001-back",
                "lvrename -- qubes_dom0 vm-work-private-1700000000-revert vm-work-private",
                "blkdiscard -- /dev/qubes_dom0/vm-work-private-1700000001-back",
                "lvremove --force --yes -- qubes_dom0/vm-work-private-1700000001-back",
                "lvrename -- qubes_dom0 vm-work-private vm-work-private-0-drop",
                "blkdiscard -- /dev/qubes_dom0/vm-work-private-0-drop",
                "lvremove --force --yes -- qubes_dom0/vm-work-private-0-drop",
            ],
            bench.Tools.Calls);
    }

    [Theory]
    [InlineData("qubes_dom0/--config=x")]
    [InlineData("qubes_dom0/-y")]
    [InlineData("qubes_dom0/vm-work-private/../../sda")]
    [InlineData("qubes_dom0/vm-work-private-snap")]
    [InlineData("qubes_dom0/vm-work-private-1-back")]
    [InlineData("qubes_dom0/vm-work private")]
    [InlineData("qubes_dom0/root")]
    [InlineData("other/vm-work-private")]
    public async Task A_name_that_is_no_volume_s_reaches_no_tool(string vid)
    {
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.StartAsync(bench.Origin() with { Vid = vid }, default));
        Assert.Equal(0, bench.Tools.Count);
    }

    [Theory]
    [InlineData("--activate", "vm-pool")]
    [InlineData("qubes_dom0", "-y")]
    [InlineData("a/b", "vm-pool")]
    public async Task A_pool_whose_names_look_like_options_reaches_no_tool(string group, string thin)
    {
        var pool = new Pool("p", PoolDrivers.LvmThin, [new NamedText(PoolDrivers.VolumeGroup, group), new NamedText(PoolDrivers.ThinPool, thin)]);
        var volume = bench.Origin() with { Pool = pool, Vid = $"{group}/vm-work-private" };
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.CreateAsync(volume, mayExist: true, default));
        Assert.Equal(0, bench.Tools.Count);
    }

    [Fact]
    public async Task Refusals_have_the_texts_of_the_original()
    {
        var volume = bench.Origin();
        await RefusesAsync("volume qubes_dom0/vm-work-private missing", () => driver.VerifyAsync(volume, default));
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.PrepareImportAsync(volume, 1, default);
        await RefusesAsync("Import operation in progress on qubes_dom0/vm-work-private", () => driver.StartAsync(volume, default));
        await driver.DiscardImportAsync(volume, default);
        await driver.StartAsync(volume, default);
        await RefusesAsync("Cannot import data to dirty volume qubes_dom0/vm-work-private, stop the qube first", async () => await driver.PrepareImportAsync(volume, 1, default));
        await RefusesAsync(
            "Cannot import to dirty volume qubes_dom0/vm-work-private - start and stop a qube to cleanup", async () => await driver.PrepareCloneAsync(volume, bench.Origin("tpl"), default));
        await RefusesAsync("Cannot revert dirty volume qubes_dom0/vm-work-private, stop the qube first", () => driver.RevertAsync(volume, "1-back", default));
        await RefusesAsync(
            "Can not resize readonly volume qubes_dom0/vm-work-private", () => driver.ResizeAsync(volume with { Config = volume.Config with { Rw = false } }, 1, default));
        await Assert.ThrowsAsync<RevisionNotFoundException>(async () => await driver.RevertAsync(bench.Origin("tpl"), "01-back", default));
    }

    [Fact]
    public async Task A_pool_without_room_takes_no_data_and_what_was_there_stays()
    {
        var volume = bench.Origin();
        await driver.CreateAsync(volume, mayExist: false, default);
        bench.Tools.Calls.Clear();
        bench.Tools.PoolSizeBytes = 1 << 20;
        await RefusesAsync(
            "Not enough space in qubes_dom0/vm-pool: 1048577 bytes are needed, 1048576 are free", async () => await driver.PrepareImportAsync(volume, (1 << 20) + 1, default));
        Assert.Empty(bench.Tools.Calls);
    }

    [Fact]
    public async Task What_a_tool_complains_of_is_told_without_its_warnings()
    {
        var driver = bench.Driver();
        var volume = bench.Origin();
        await RefusesAsync(
            "lvcreate failed with exit code 5: Failed to find logical volume \"qubes_dom0/vm-x%%y-private\"",
            () => new ValueTask(new StorageTools(bench.Tools, NoSteps.Instance).ChangeAsync("lvcreate", ["--snapshot", "--name", "a", "--", "qubes_dom0/vm-x%y-private"], default).AsTask()));
        await driver.VerifyAsync(bench.Volatile(), default);
        Assert.False((await driver.LookAsync(volume, default)).Exists);
    }

    [Fact]
    public async Task The_table_is_read_once_for_many_looks_and_anew_after_a_change()
    {
        var time = new Stopped();
        using var driver = new LvmThinDriver(new StorageTools(bench.Tools, NoSteps.Instance), time);
        var volume = bench.Origin();
        await driver.CreateAsync(volume, mayExist: false, default);
        var before = bench.Tools.Count;
        for (var look = 0; look < 100; look++)
        {
            Assert.True((await driver.LookAsync(volume, default)).Exists);
        }

        Assert.Equal(before + 1, bench.Tools.Count);
        time.Elapsed += TimeSpan.FromSeconds(31);
        await driver.LookAsync(volume, default);
        Assert.Equal(before + 2, bench.Tools.Count);
        await driver.RemoveAsync(volume, default);
        Assert.False((await driver.LookAsync(volume, default)).Exists);
    }

    private static async Task RefusesAsync(string text, Func<ValueTask> operation) =>
        Assert.Equal(text, (await Assert.ThrowsAsync<StorageRefusedException>(async () => await operation())).Message);

    private sealed class Stopped : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
