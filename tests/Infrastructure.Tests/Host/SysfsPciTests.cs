using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>On a folder with real files in the shape of <c>/sys</c>.</summary>
public sealed class SysfsPciTests : IDisposable
{
    private const string Device = "0000:02:00.0";
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qubes-sysfs-");
    private readonly SysfsPci pci;
    private string listed = "";

    public SysfsPciTests()
    {
        pci = new SysfsPci(new RootedPaths(root.FullName), (arguments, _) => ValueTask.FromResult(string.Join(' ', arguments) == "pci-list 7" ? listed : ""));
        Write("sys/bus/pci/drivers/pciback/slots", "");
        Write("sys/bus/pci/drivers/pciback/new_slot", "");
        Write("sys/bus/pci/drivers/pciback/bind", "");
        Directory.CreateDirectory(Path.Combine(root.FullName, "sys/bus/pci/devices", Device));
    }

    [Fact]
    public async Task A_free_device_is_bound()
    {
        await pci.BindAsync(Device, CancellationToken.None);
        Assert.Equal((Device, Device), (Read("sys/bus/pci/drivers/pciback/new_slot"), Read("sys/bus/pci/drivers/pciback/bind")));
    }

    [Fact]
    public async Task Another_driver_lets_go_first()
    {
        Drive("e1000e");
        await pci.BindAsync(Device, CancellationToken.None);
        Assert.Equal((Device, Device), (Read("sys/bus/pci/drivers/e1000e/unbind"), Read("sys/bus/pci/drivers/pciback/bind")));
    }

    [Fact]
    public async Task A_device_that_pciback_has_is_left_alone()
    {
        Drive("pciback");
        await pci.BindAsync(Device, CancellationToken.None);
        Assert.Equal(("", "", ""), (Read("sys/bus/pci/drivers/pciback/unbind"), Read("sys/bus/pci/drivers/pciback/new_slot"), Read("sys/bus/pci/drivers/pciback/bind")));
    }

    [Fact]
    public async Task A_slot_that_pciback_has_is_not_made_again()
    {
        Write("sys/bus/pci/drivers/pciback/slots", $"0000:00:14.0\n{Device}\n");
        await pci.BindAsync(Device, CancellationToken.None);
        Assert.Equal(("", Device), (Read("sys/bus/pci/drivers/pciback/new_slot"), Read("sys/bus/pci/drivers/pciback/bind")));
    }

    [Theory]
    [InlineData("0000:03:00.0")]
    [InlineData("../../../etc")]
    [InlineData("")]
    public async Task What_is_no_device_is_refused(string address) => Assert.Equal(
        $"PCI device {address} does not exist", (await Assert.ThrowsAsync<RefusedException>(async () => await pci.BindAsync(address, CancellationToken.None))).Message);

    [Fact]
    public async Task A_kernel_without_pciback_is_told_of()
    {
        Directory.Delete(Path.Combine(root.FullName, "sys/bus/pci/drivers/pciback"), recursive: true);
        var refusal = await Assert.ThrowsAsync<RefusedException>(async () => await pci.BindAsync(Device, CancellationToken.None));
        Assert.StartsWith($"PCI device {Device} cannot be handed to pciback: ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Vdev Device\n04.0 0000:00:14.0\n05.0 0000:02:00.0\n", "05.0")]
    [InlineData("Vdev Device\n04.0 0000:00:14.0\n", null)]
    [InlineData("", null)]
    [InlineData("05.0 ; rm -rf / 0000:02:00.0\n", null)]
    public async Task The_slot_is_what_xl_lists(string text, string? slot)
    {
        listed = text;
        Assert.Equal(slot, await pci.FindSlotAsync(7, Device, CancellationToken.None));
    }

    public void Dispose() => root.Delete(recursive: true);

    private void Drive(string driver)
    {
        var folder = Path.Combine(root.FullName, "sys/bus/pci/drivers", driver);
        Directory.CreateDirectory(folder);
        Write($"sys/bus/pci/drivers/{driver}/unbind", "");
        Directory.CreateSymbolicLink(Path.Combine(root.FullName, "sys/bus/pci/devices", Device, "driver"), folder);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!); // below the root
        File.WriteAllText(file, text);
    }

    private string Read(string path) => File.ReadAllText(Path.Combine(root.FullName, path));
}
