using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The files of <c>file-reflink</c>: names, numbers and what is kept, as the original has it. Source: spec, storage 6; transcript 10.</summary>
public sealed class ReflinkTreeTests : IDisposable
{
    private readonly ReflinkBench bench = new(Path.GetTempPath());
    private readonly IVolumeDriver driver;

    public ReflinkTreeTests() => driver = bench.Driver();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Revisions_have_the_recorded_numbers()
    {
        var volume = await Created(revisions: 1);
        await driver.StartAsync(volume, default);
        await Clear(volume);                        // 10-volumes-0127, while it runs
        await driver.StopAsync(volume, default);
        Assert.Equal("2", await Revisions(volume)); // 0131
        await Run(volume);
        Assert.Equal("3", await Revisions(volume)); // 0134
        await Run(volume);
        Assert.Equal("4", await Revisions(volume)); // 0137
        volume = bench.Origin(revisions: 3);
        await Run(volume);
        await Run(volume);
        Assert.Equal("4 5 6", await Revisions(volume)); // 0161
        await driver.RevertAsync(volume, "6", default);
        Assert.Equal("4 5 7", await Revisions(volume)); // 0163
        await Clear(volume);                            // 0224
        Assert.Equal("5 7 8", await Revisions(volume));
    }

    [Fact]
    public async Task A_revision_is_named_by_the_time_of_its_data()
    {
        var volume = await Created(revisions: 2);
        File.SetLastWriteTimeUtc(In("private.img"), new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        await Run(volume);

        Assert.Equal(["private-precache.img", "private.img", "private.img.1@2024-05-06T07:08:09Z"], Files());
        Assert.Equal([new VolumeRevision("1", 1714979289)], (await driver.LookAsync(volume, default)).Revisions);
        Assert.All(Files(), name => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In(name))));
    }

    [Fact]
    public async Task Revisions_of_the_older_form_are_known_by_their_time()
    {
        var volume = await Created(revisions: 3);
        File.WriteAllText(In("private.img@2019-05-06T07:08:09Z"), "old");
        File.WriteAllText(In("private.img.x@2019-05-06T07:08:09Z"), "not ours");
        await Run(volume);
        Assert.Equal("2019-05-06T07:08:09Z 1", await Revisions(volume));

        await driver.RevertAsync(volume, "2019-05-06T07:08:09Z", default);
        Assert.Equal("old", File.ReadAllText(In("private.img")));
        Assert.Equal("1 2", await Revisions(volume));
        Assert.Contains("private.img.x@2019-05-06T07:08:09Z", Files());
    }

    [Fact]
    public async Task A_pool_of_the_file_driver_goes_on_in_its_place()
    {
        var cow = new CowDriver(new RootedPaths(bench.OnDisk("")), new RecordingSnapshotDevices(), NoSteps.Instance);
        var older = bench.Origin() with { Pool = bench.Pool with { Driver = PoolDrivers.File } };
        await cow.CreateAsync(older, mayExist: false, default);
        File.WriteAllText(In("private.img"), "kept");
        await cow.StartAsync(older, default);
        await cow.StopAsync(older, default);
        foreach (var name in Files().Where(name => name.Contains("-cow.img", StringComparison.Ordinal)))
        {
            File.Delete(In(name));
        }

        var volume = bench.Origin();
        Assert.Empty(await driver.FindStraysAsync(bench.Pool, [volume], default));
        await driver.VerifyAsync(volume, default);
        await Run(volume);
        var kept = Files().Single(name => name.StartsWith("private.img.1@", StringComparison.Ordinal));
        Assert.Equal(("kept", "1"), (File.ReadAllText(In(kept)), await Revisions(volume)));
    }

    [Fact]
    public void The_name_of_a_revision_s_file_is_read_as_it_was_written()
    {
        var random = new Random(6);
        for (var round = 0; round < 1000; round++)
        {
            var (names, number, ticks) = (new ReflinkNames("v" + round), random.NextInt64(1, 1L << 50), random.NextInt64(DateTime.MaxValue.Ticks));
            var file = names.Revision(number, ticks);
            Assert.True(names.TryRevision(file, out var read));
            Assert.Equal(new ReflinkRevision(number, $"{number}", file, (long)Math.Floor((ticks - DateTime.UnixEpoch.Ticks) / 1e7)), read);
            Assert.False(new ReflinkNames("v").TryRevision(file, out _));
        }
    }

    [Theory]
    [InlineData("private.img.0@2024-05-06T07:08:09Z")]
    [InlineData("private.img.01@2024-05-06T07:08:09Z")]
    [InlineData("private.img.-1@2024-05-06T07:08:09Z")]
    [InlineData("private.img.99999999999999999999@2024-05-06T07:08:09Z")]
    [InlineData("private.img.1@2024-05-06T07:08:09")]
    [InlineData("private.img.1@2024-05-06T07:08:09Z~new")]
    [InlineData("private.img.@2024-05-06T07:08:09Z")]
    [InlineData("private.img1@2024-05-06T07:08:09Z")]
    [InlineData("private.img@")]
    public void What_is_no_revision_is_not_taken_for_one(string name) => Assert.False(new ReflinkNames("private").TryRevision(name, out _));

    [Fact]
    public async Task The_copy_for_the_next_start_is_used_for_its_own_data_only()
    {
        var volume = await Created(revisions: 1);
        await Run(volume, 'b');
        await driver.StartAsync(volume, default);
        Assert.DoesNotContain("private-precache.img", Files()); // it became what the run writes to
        await driver.StopAsync(volume, default);

        File.WriteAllText(In("private-precache.img"), new string('z', (int)StorageBench.Size)); // as long, but of another time
        await driver.StartAsync(volume, default);
        Assert.Equal('b', bench.Read(bench.RunPath(volume)));
    }

    [Fact]
    public async Task A_snapshot_is_a_link_to_its_source_s_data_and_a_copy_of_it()
    {
        var source = bench.Origin("tpl", "root");
        await driver.CreateAsync(source, mayExist: false, default);
        var snapshot = bench.Snapshot(source);
        await driver.StartAsync(snapshot, default);
        Assert.Equal(["root-dirty.img", "root.img"], Files());
        File.WriteAllText(In("root.img"), "seen through the link");
        Assert.Equal("seen through the link", File.ReadAllText($"{bench.Folder}/vm-templates/tpl/root.img"));

        await driver.StopAsync(snapshot, default);
        Assert.Empty(Files());
        Assert.True(File.Exists($"{bench.Folder}/vm-templates/tpl/root.img"));
    }

    [Fact]
    public async Task What_the_original_left_behind_goes_at_the_next_start()
    {
        var volume = await Created();
        string[] left = ["private.img~abc", "private-dirty.img~", "private-import.img~x"];
        string[] others = ["private2.img~abc", "firewall.xml~abc", "root.img~x"];
        foreach (var name in left.Concat(others))
        {
            File.WriteAllText(In(name), "half");
        }

        await driver.StartAsync(volume, default);
        Assert.Equal(["private-dirty.img", "private.img", .. others], Files().OrderBy(name => others.Contains(name)).ThenBy(name => Array.IndexOf(others, name)));
    }

    [Fact]
    public async Task A_snapshot_without_its_source_s_data_does_not_start()
    {
        var snapshot = bench.Snapshot(bench.Origin("tpl", "root"));
        var refused = await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.VerifyAsync(snapshot, default));
        Assert.Equal("Missing image file '/var/lib/qubes/vm-templates/tpl/root.img' for volume appvms/work/root", refused.Message);
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.StartAsync(snapshot, default));
    }

    [Theory]
    [InlineData("private", "~new")]
    [InlineData("private-x", "")]
    [InlineData("private.img", ".img")]
    public async Task Strays_of_unknown_volumes_are_told_and_unfinished_ones_may_go(string name, string ending)
    {
        var volume = await Created();
        File.WriteAllText(In($"{name}-dirty.img{ending}"), "data");
        File.WriteAllText(In("firewall.xml"), "somebody else's");
        File.CreateSymbolicLink(In("link.img"), "/etc/passwd");
        Directory.CreateDirectory($"{bench.Folder}/appvms/empty");

        var strays = await driver.FindStraysAsync(bench.Pool, [volume], default);

        Assert.Equal(
            ["appvms/empty True", "appvms/work/link.img False", $"appvms/work/{name}-dirty.img{ending} {ending == "~new"}"],
            strays.Select(stray => $"{stray.Place} {stray.IsLeftOver}").Order(StringComparer.Ordinal));
        foreach (var stray in strays)
        {
            await driver.RemoveStrayAsync(bench.Pool, stray, [volume], default);
        }

        Assert.Empty(await driver.FindStraysAsync(bench.Pool, [volume], default));
        Assert.Equal(["firewall.xml", "private.img"], Files());
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Theory]
    [InlineData("appvms/work/private.img")]
    [InlineData("appvms/work/firewall.xml")]
    [InlineData("appvms/../x.img")]
    [InlineData("../x/y.img")]
    [InlineData("appvms/work/../../x.img")]
    [InlineData("x")]
    public async Task What_is_no_stray_does_not_go(string place)
    {
        var volume = await Created();
        File.WriteAllText(In("firewall.xml"), "somebody else's");
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.RemoveStrayAsync(bench.Pool, new StrayData(place, true, 0), [volume], default));
        Assert.Equal(["firewall.xml", "private.img"], Files());
    }

    [Fact]
    public async Task A_pool_whose_folder_is_gone_says_nothing_of_its_volumes()
    {
        var volume = await Created();
        Directory.Move(bench.Folder, bench.Folder + "-away");
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.LookAsync(volume, default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.RemoveAsync(volume, default));
    }

    private string In(string name) => $"{bench.Folder}/appvms/work/{name}";

    private IEnumerable<string> Files() => Directory.Exists(In(""))
        ? Directory.EnumerateFiles(In("")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        : [];

    private async Task<DriverVolume> Created(long revisions = 1)
    {
        var volume = bench.Origin(revisions: revisions);
        await driver.CreateAsync(volume, mayExist: false, default);
        return volume;
    }

    private async Task Run(DriverVolume volume, char letter = 'x')
    {
        await driver.StartAsync(volume, default);
        bench.Write(bench.RunPath(volume), letter);
        await driver.StopAsync(volume, default);
    }

    private async Task Clear(DriverVolume volume)
    {
        await driver.PrepareImportAsync(volume, StorageBench.Size, default);
        await driver.CommitImportAsync(volume, default);
    }

    private async Task<string> Revisions(DriverVolume volume) =>
        string.Join(' ', (await driver.LookAsync(volume, default)).Revisions.Select(revision => revision.Name));
}
