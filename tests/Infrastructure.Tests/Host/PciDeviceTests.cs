using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The PCI devices of a host, described or looked at.</summary>
public sealed class PciDeviceTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory();

    private string Bus => Path.Combine(root.FullName, "bus");

    public void Dispose() => root.Delete(recursive: true);

    [Theory]
    [InlineData("0000:00:02.0", "00_02.0")]
    [InlineData("0001:3f:1c.7", "0001_3f_1c.7")]
    [InlineData("0000:00:02", null)]
    [InlineData("", null)]
    [InlineData("0000:00:02.0\n", null)]
    public void A_device_on_a_root_bus_is_named_by_its_address(string address, string? path) => Assert.Equal(path, PciPath.Of(address, []));

    [Fact]
    public void A_device_behind_bridges_is_named_from_the_root_bus_on() =>
        Assert.Equal("00_1c.0-00_04.0-01_00.1", PciPath.Of("0000:06:00.1", [("0000:00:1c.0", 3), ("0000:03:04.0", 5)]));

    [Fact]
    public void A_bus_before_its_bridge_makes_no_path() => Assert.Null(PciPath.Of("0000:01:00.0", [("0000:00:1c.0", 3)]));

    [Fact]
    public void The_kernel_s_tree_is_read()
    {
        var names = Path.Combine(root.FullName, "pci.ids");
        File.WriteAllText(names, "# comment\n10de  Other\n\t8168  Not this\n10ec  Realtek Semiconductor\n\t8168  RTL8111\n\t\t1043 1234  Subsystem\n8086  Intel\n");
        Add("pci0000:00/0000:00:1d.0", "0x060400", "0x8086", "0xa0b0", secondaryBus: 2);
        Add("pci0000:00/0000:00:1d.0/0000:02:00.0", "0x020000", "0x10ec", "0x8168");
        Directory.CreateDirectory(Path.Combine(Bus, "0000:09:00.0")); // went away in between

        Assert.Equal(
            [
                new PciDevice("00_1d.0", "0000:00:1d.0", "060400", "0x8086", "0xa0b0") { Vendor = "Intel" },
                new PciDevice("00_1d.0-00_00.0", "0000:02:00.0", "020000", "0x10ec", "0x8168") { Vendor = "Realtek Semiconductor", Product = "RTL8111" },
            ],
            new PciBus(Bus, new PciNames(Path.Combine(root.FullName, "absent"), names)).Scan());
    }

    [Fact]
    public void Without_a_list_of_names_the_ids_remain()
    {
        Add("pci0000:00/0000:00:02.0", "0x030000", "0x8086", "0x9a49");
        var device = Assert.Single(new PciBus(Bus, new PciNames()).Scan());
        Assert.Equal((null, null, "0x8086"), (device.Vendor, device.Product, device.VendorId));
    }

    [Fact]
    public void A_host_without_the_tree_has_no_devices() => Assert.Empty(new PciBus(Bus, new PciNames()).Scan());

    [Fact]
    public void A_described_host_has_the_devices_and_disks_of_its_description()
    {
        const string description = """
            pci_devices:
              - {address: "0000:00:1d.0", class: "0x060400", vendor: ["0x8086", "Intel"], product: ["0xa0b0", "Root Port"], secondary_bus: 2}
              - {address: "0000:02:00.0", behind: "0000:00:1d.0", class: "0x020000", vendor: ["0x10ec", "Realtek"], product: ["0x8168", "RTL8111"]}
              - {address: "0000:05:00.0", behind: "0000:05:00.0"}
              - {address: "nonsense"}
            qubesdb:
              dom0: {/qubes-block-devices/sda/desc: DISK_ONE (BACKUP), /qubes-block-devices/sda/mode: r}
              sys-net: {/qubes-block-devices/sdb/mode: w}
            """;
        var facts = new SimulatedHost(HostDescription.Parse("host.yaml", description), new RootedPaths(root.FullName)).Observe();
        Assert.Equal(["00_1d.0", "00_1d.0-00_00.0"], facts.PciDevices.Select(device => device.Port));
        Assert.Equal([new BlockDevice("sda", "DISK ONE", "BACKUP", true, null)], facts.BlockDevices);
    }

    private void Add(string place, string code, string vendor, string product, int? secondaryBus = null)
    {
        var folder = Path.Combine(root.FullName, "devices", place);
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(Bus);
        File.WriteAllText(Path.Combine(folder, "class"), code + "\n");
        File.WriteAllText(Path.Combine(folder, "vendor"), vendor + "\n");
        File.WriteAllText(Path.Combine(folder, "device"), product + "\n");
        if (secondaryBus is { } bus)
        {
            File.WriteAllText(Path.Combine(folder, "secondary_bus_number"), $"{bus}\n");
        }

        File.CreateSymbolicLink(Path.Combine(Bus, Path.GetFileName(place)), folder);
    }
}
