using System.Diagnostics;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Links that lead out of a pool, full disks, broken off copies, large volumes: on disks whose files share blocks and on others.</summary>
public sealed class FilePoolSafetyTests(XfsDisk xfs, Ext4Disk ext4) : IClassFixture<XfsDisk>, IClassFixture<Ext4Disk>
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData("appvms")]
    [InlineData("appvms/work")]
    [InlineData("appvms/work/private.img")]
    [InlineData("appvms/work/private-dirty.img")]
    [InlineData("appvms/work/private-import.img")]
    public async Task A_link_out_of_the_pool_is_not_followed(string place)
    {
        using var bench = new ReflinkBench(ext4.Disk);
        var outside = Directory.CreateDirectory(bench.Folder + "-outside");
        var secret = Path.Combine(outside.FullName, "secret");
        File.WriteAllText(secret, "secret");
        var link = Path.Combine(bench.Folder, place);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!); // below the pool's folder
        File.CreateSymbolicLink(link, place.EndsWith(".img", StringComparison.Ordinal) ? secret : outside.FullName);
        var (driver, volume) = (bench.Driver(), bench.Origin());

        foreach (var operation in Operations(driver, volume))
        {
            _ = await Record.ExceptionAsync(operation) is { } refused ? Assert.IsType<StorageRefusedException>(refused) : null;
        }

        Assert.Equal("secret", File.ReadAllText(secret));
        Assert.Equal([secret], Directory.EnumerateFileSystemEntries(outside.FullName, "*", SearchOption.AllDirectories));
        outside.Delete(recursive: true);
    }

    [Fact]
    public async Task A_pipe_in_the_pool_holds_up_nobody()
    {
        using var bench = new ReflinkBench(ext4.Disk);
        var (driver, volume) = (bench.Driver(), bench.Origin());
        Directory.CreateDirectory($"{bench.Folder}/appvms/work");
        await LoopDisk.RunAsync("mkfifo", $"{bench.Folder}/appvms/work/private.img");

        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.StartAsync(volume, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.ExportAsync(volume, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_copy_that_would_not_fit_is_refused_before_it_begins()
    {
        using var bench = new ReflinkBench(ext4.Disk);
        var (driver, volume) = (bench.Driver(), bench.Origin(revisions: 0));
        await driver.CreateAsync(volume, mayExist: false, default);
        await Import(bench, volume, 40 * MiB);
        using (await ext4.FillUpAsync(20 * MiB))
        {
            foreach (var operation in new Func<Task>[]
                {
                    async () => await driver.StartAsync(volume, default),
                    async () => await driver.PrepareCloneAsync(bench.Origin("other"), volume, default),
                    async () => await driver.ResizeAsync(volume, 50 * MiB, default),
                })
            {
                var refused = await Assert.ThrowsAsync<StorageRefusedException>(operation);
                Assert.StartsWith("Not enough space: ", refused.Message, StringComparison.Ordinal);
            }

            Assert.Equal(["private.img"], Directory.EnumerateFiles($"{bench.Folder}/appvms/work").Select(Path.GetFileName));
            Assert.False(await driver.HasImportAsync(bench.Origin("other"), default));
        }

        await driver.StartAsync(volume, default);
        Assert.Equal(40 * MiB, new FileInfo(bench.OnDisk(bench.RunPath(volume))).Length);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_keeps_what_was_there()
    {
        using var bench = new ReflinkBench(xfs.Disk);
        var (driver, volume) = (bench.Driver(), bench.Origin(revisions: 1000));
        await driver.CreateAsync(volume, mayExist: false, default);
        await Import(bench, volume, MiB);
        using (await xfs.FillUpAsync(0))
        {
            var refused = await Assert.ThrowsAsync<StorageRefusedException>(async () =>
            {
                for (var number = 0; number < 5000; number++)
                {
                    await driver.CreateAsync(bench.Origin($"q{number}"), mayExist: false, default);
                }
            });
            Assert.Contains("No space left", refused.Message, StringComparison.Ordinal);
            _ = await Record.ExceptionAsync(async () => await driver.StartAsync(volume, default)) is { } full ? Assert.IsType<StorageRefusedException>(full) : null;
            Assert.True((await driver.LookAsync(volume, default)).Exists);
        }

        await driver.StartAsync(volume, default);
        await driver.StopAsync(volume, default);
        Assert.Equal('a', bench.Read(await driver.ExportAsync(volume, default)));
        var leftOvers = (await driver.FindStraysAsync(bench.Pool, [volume], default)).Where(stray => stray.IsLeftOver);
        Assert.DoesNotContain(leftOvers, stray => stray.Place.Contains('~', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_can_be_broken_off_and_leaves_nothing()
    {
        using var bench = new ReflinkBench(ext4.Disk);
        var (driver, volume) = (bench.Driver(), bench.Origin(revisions: 0));
        await driver.CreateAsync(volume, mayExist: false, default);
        await Import(bench, volume, 40 * MiB);
        using var broken = new CancellationTokenSource();
        var steps = new AtStep("write ", broken.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await bench.Driver(steps).StartAsync(volume, broken.Token));
        Assert.Equal(["private.img"], Directory.EnumerateFiles($"{bench.Folder}/appvms/work").Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_has_the_same_data_and_the_same_holes(bool shares)
    {
        using var bench = new ReflinkBench(shares ? xfs.Disk : ext4.Disk);
        var (driver, source, volume) = (bench.Driver(), bench.Origin(), bench.Origin("other"));
        await driver.CreateAsync(source, mayExist: false, default);
        var random = new Random(20_261_122);
        var area = bench.OnDisk(await driver.PrepareImportAsync(source, 512 * MiB + 777, default));
        using (var file = File.OpenHandle(area, FileMode.Open, FileAccess.Write))
        {
            for (var piece = 0; piece < 40; piece++)
            {
                var data = new byte[random.Next(1, 200_000)];
                random.NextBytes(data);
                RandomAccess.Write(file, data, random.NextInt64(512 * MiB - 200_000));
            }

            RandomAccess.Write(file, "end"u8, 512 * MiB + 774);
        }

        await driver.CommitImportAsync(source, default);
        Assert.True(await driver.PrepareCloneAsync(volume, source, default));
        await driver.CommitImportAsync(volume, default);

        var (from, to) = (bench.OnDisk(await driver.ExportAsync(source, default)), bench.OnDisk(await driver.ExportAsync(volume, default)));
        Assert.Equal(await Checksum(from), await Checksum(to));
        Assert.InRange((await driver.LookAsync(volume, default)).UsageBytes, MiB, 16 * MiB);
    }

    [Fact]
    public async Task Ten_GiB_are_cloned_at_once_and_take_no_space()
    {
        using var bench = new ReflinkBench(xfs.Disk);
        var (driver, source) = (bench.Driver(), bench.Origin());
        await driver.CreateAsync(source with { Config = source.Config with { SizeBytes = 10L << 30 } }, mayExist: false, default);
        await driver.StartAsync(source, default);
        bench.Write(bench.RunPath(source), 'a');
        await driver.StopAsync(source, default);
        var free = new DriveInfo(xfs.Disk).AvailableFreeSpace;
        var times = new List<double>();
        for (var number = 0; number < 7; number++)
        {
            var clone = bench.Origin($"clone{number}");
            var clock = Stopwatch.StartNew();
            Assert.True(await driver.PrepareCloneAsync(clone, source, default));
            await driver.CommitImportAsync(clone, default);
            times.Add(clock.Elapsed.TotalMilliseconds);
            Assert.Equal(10L << 30, bench.LengthOf(await driver.ExportAsync(clone, default)));
        }

        var used = (free - new DriveInfo(xfs.Disk).AvailableFreeSpace) / 7;
        TestContext.Current.TestOutputHelper?.WriteLine($"clone of 10 GiB: {string.Join(", ", times.Select(time => $"{time:f1}"))} ms, {used} bytes each");
        Assert.InRange(times.Min(), 0, 50);
        Assert.InRange(used, -MiB, MiB);
    }

    [Fact]
    public async Task A_loop_device_on_a_running_volume_learns_its_new_size()
    {
        using var bench = new ReflinkBench(xfs.Disk);
        var (driver, volume) = (bench.Driver(), bench.Origin());
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.StartAsync(volume, default);
        var device = (await LoopDisk.RunAsync("losetup", "--find", "--show", bench.OnDisk(bench.RunPath(volume)))).Trim();
        try
        {
            await driver.ResizeAsync(volume, 5 * MiB, default);
            Assert.Equal($"{5 * MiB}", (await LoopDisk.RunAsync("blockdev", "--getsize64", device)).Trim());
        }
        finally
        {
            await LoopDisk.RunAsync("losetup", "--detach", device);
        }
    }

    [Fact]
    public async Task No_file_has_more_bytes_than_the_disk_allows()
    {
        using var bench = new ReflinkBench(ext4.Disk);
        var (driver, volume) = (bench.Driver(), bench.Origin());
        await driver.CreateAsync(volume, mayExist: false, default);
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.ResizeAsync(volume, long.MaxValue, default));
        Assert.Equal(StorageBench.Size, bench.LengthOf(await driver.ExportAsync(volume, default)));
        Assert.Equal(["private.img"], Directory.EnumerateFiles($"{bench.Folder}/appvms/work").Select(Path.GetFileName));
    }

    private static IEnumerable<Func<Task>> Operations(IVolumeDriver driver, DriverVolume volume) =>
    [
        async () => await driver.CreateAsync(volume, mayExist: true, default),
        async () => await driver.VerifyAsync(volume, default),
        async () => await driver.StartAsync(volume, default),
        async () => await driver.ResizeAsync(volume, 5 * MiB, default),
        async () => await driver.StopAsync(volume, default),
        async () => await driver.PrepareImportAsync(volume, MiB, default),
        async () => await driver.CommitImportAsync(volume, default),
        async () => await driver.SnapshotAsync(volume, default),
        async () => await driver.RevertAsync(volume, "1", default),
        async () => await driver.RemoveAsync(volume, default),
    ];

    private static async Task Import(ReflinkBench bench, DriverVolume volume, long size)
    {
        var path = await bench.Driver().PrepareImportAsync(volume, size, default);
        var data = new byte[size];
        Array.Fill(data, (byte)'a');
        await File.WriteAllBytesAsync(bench.OnDisk(path), data);
        await bench.Driver().CommitImportAsync(volume, default);
    }

    private static async Task<string> Checksum(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await System.Security.Cryptography.SHA256.HashDataAsync(file));
    }

    private sealed class AtStep(string beginning, Action act) : IStorageSteps
    {
        public void Before(string what)
        {
            if (what.StartsWith(beginning, StringComparison.Ordinal))
            {
                act();
            }
        }
    }
}
