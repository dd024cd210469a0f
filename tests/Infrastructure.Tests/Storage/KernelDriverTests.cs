using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Kernels as volumes. Source: spec, storage 9; addenda (linux-kernel).</summary>
public sealed class KernelDriverTests : IDisposable
{
    private const string PoolPath = "/var/lib/qubes/vm-kernels";

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qubes-kernels-");
    private readonly Pool pool = new("linux-kernel", PoolDrivers.LinuxKernel, [new NamedText(PoolDrivers.DirPath, PoolPath)]);
    private readonly IVolumeDriver driver;

    public KernelDriverTests()
    {
        driver = new KernelDriver(new RootedPaths(root.FullName));
        Directory.CreateDirectory($"{root.FullName}{PoolPath}/6.6.1-1.qubes");
        foreach (var name in new[] { "vmlinuz", "modules.img" })
        {
            File.WriteAllText($"{root.FullName}{PoolPath}/6.6.1-1.qubes/{name}", name);
        }
    }

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public async Task A_kernel_is_there_takes_no_space_and_starts()
    {
        var volume = Of("6.6.1-1.qubes");
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.VerifyAsync(volume, default);
        await driver.StartAsync(volume, default);
        await driver.StopAsync(volume, default);
        Assert.Equal(new VolumeCondition(true, false, 0, []), await driver.LookAsync(volume, default));
        Assert.Equal($"{PoolPath}/6.6.1-1.qubes/modules.img", await driver.ExportAsync(volume, default));
        await driver.RemoveAsync(volume, default);
        Assert.Equal(2, Directory.EnumerateFiles($"{root.FullName}{PoolPath}/6.6.1-1.qubes").Count());
        Assert.Empty(await driver.FindStraysAsync(pool, [], default));
    }

    [Fact]
    public async Task A_qube_without_a_kernel_needs_none()
    {
        await driver.VerifyAsync(Of(""), default);
        await driver.StartAsync(Of(""), default);
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.ExportAsync(Of(""), default));
    }

    [Fact]
    public async Task A_kernel_that_is_not_installed_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.VerifyAsync(Of("7.0"), default));
        Assert.Equal($"Missing file: {PoolPath}/7.0/vmlinuz", refused.Message);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("6.6.1-1.qubes/../../x")]
    [InlineData("/etc")]
    [InlineData("x\0y")]
    public async Task What_is_no_name_of_a_kernel_is_refused(string vid)
    {
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.VerifyAsync(Of(vid), default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.ExportAsync(Of(vid), default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.StartAsync(Of(vid), default));
    }

    [Fact]
    public async Task A_kernel_s_folder_is_no_link()
    {
        Directory.CreateSymbolicLink($"{root.FullName}{PoolPath}/linked", $"{root.FullName}{PoolPath}/6.6.1-1.qubes");
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.ExportAsync(Of("linked"), default));
    }

    [Fact]
    public async Task Nothing_changes_a_kernel()
    {
        var volume = Of("6.6.1-1.qubes");
        var file = new DriverVolume(new Pool("files", PoolDrivers.File, []), "appvms/work/root", volume.Config);
        Assert.True(await driver.PrepareCloneAsync(volume, Of("7.0"), default));
        await driver.CommitImportAsync(volume, default);
        Assert.False(await driver.HasImportAsync(volume, default));
        var refused = await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.PrepareCloneAsync(volume, file, default));
        Assert.Equal("clone of LinuxModules volume from different volume type is not supported", refused.Message);
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.PrepareImportAsync(volume, 1, default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.ResizeAsync(volume, 1, default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.SnapshotAsync(volume, default));
        await Assert.ThrowsAsync<RevisionNotFoundException>(async () => await driver.RevertAsync(volume, "1", default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await driver.RemoveStrayAsync(pool, new StrayData("6.6.1-1.qubes", true, 0), [], default));
    }

    private DriverVolume Of(string kernel) => new(pool, kernel, new VolumeConfig { Name = "kernel", Pool = pool.Name, Vid = "" });
}
