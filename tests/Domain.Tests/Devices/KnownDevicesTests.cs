using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

public sealed class KnownDevicesTests
{
    private static readonly Dictionary<string, string> Recorded = new()
    {
        ["/qubes-block-devices/sda/desc"] = "DISK_ONE (BACKUP)",
        ["/qubes-block-devices/sda/size"] = "32010928128",
        ["/qubes-block-devices/sda/mode"] = "w",
        ["/qubes-block-devices/sda1/desc"] = "DISK_ONE ()",
        ["/qubes-block-devices/sda1/parent"] = "sda",
        ["/qubes-block-devices/sr0/desc"] = "DVD_DRIVE (FEDORA)",
        ["/qubes-block-devices/sr0/mode"] = "r",
        ["/qubes-block-devices/sdb/parent"] = "2-1.4:1.0",
    };

    [Theory]
    [InlineData("sda", "device_id=':None' port_id='sda' devclass='block' backend_domain='dom0' manufacturer='hosted by dom0' name='BACKUP' serial='DISK ONE' interfaces='b******'")]
    [InlineData("sda1", "device_id=':None:1' port_id='sda1' devclass='block' backend_domain='dom0' manufacturer='sub-device of dom0:sda' serial='DISK ONE' interfaces='b******' parent_port_id='sda' parent_devclass='block'")]
    [InlineData("sr0", "device_id=':0' port_id='sr0' devclass='block' backend_domain='dom0' manufacturer='hosted by dom0' name='FEDORA' serial='DVD DRIVE' interfaces='b******'")]
    [InlineData("sdb", "device_id='0000:0000::?******:1.0' port_id='sdb' devclass='block' backend_domain='dom0' manufacturer='sub-device of dom0:2-1.4' interfaces='b******' parent_port_id='2-1.4' parent_devclass='usb'")]
    public void A_block_device_is_shown(string port, string text)
    {
        var world = Host(facts => facts with { BlockDevices = BlockAnnouncements.Read(Recorded) });
        Assert.Equal(text, KnownDevices.Of(world, world.Dom0, "block").Single(device => device.Port == port).ToString());
    }

    [Fact]
    public void A_PCI_device_is_shown()
    {
        var world = Host(facts => facts with
        {
            PciDevices =
            [
                new PciDevice("00_14.0", "0000:00:14.0", "0c0330", "0x8086", "0xa0ed") { Vendor = "Intel", Product = "Gerät" },
                new PciDevice("00_1f.0", "0000:00:1f.0", "060100", "", "0x a"),
            ],
        });
        Assert.Equal(
            [
                "device_id='0x8086:0xa0ed::p0c0330' port_id='00_14.0' devclass='pci' backend_domain='dom0' product='Ger_t' vendor='Intel' interfaces='p0c0330' _sbdf='0000:00:14.0'",
                "device_id='0000:0x_a::p060100' port_id='00_1f.0' devclass='pci' backend_domain='dom0'  interfaces='p060100' _sbdf='0000:00:1f.0'",
            ],
            KnownDevices.Of(world, world.Dom0, "pci").Select(device => device.ToString()));
    }

    [Fact]
    public void Only_dom0_is_known_to_have_devices()
    {
        var world = Host(facts => facts with { BlockDevices = BlockAnnouncements.Read(Recorded) });
        Assert.Empty(KnownDevices.Of(world, world.Find("work")!, "block")); // the scenario has it
        Assert.Single(KnownDevices.Matching(world, new DeviceAddress("block", "*", "sda", "*")));
        Assert.Empty(KnownDevices.Matching(world, new DeviceAddress("block", "work", "sda", "*")));
    }

    [Fact]
    public void Parents_that_lead_in_a_circle_do_no_harm()
    {
        var keys = new Dictionary<string, string>
        {
            ["/qubes-block-devices/a/parent"] = "b",
            ["/qubes-block-devices/b/parent"] = "a",
        };
        var world = Host(facts => facts with { BlockDevices = BlockAnnouncements.Read(keys) });
        Assert.All(KnownDevices.Of(world, world.Dom0, "block"), device => Assert.True(device.Device.Length < 64));
    }

    [Fact]
    public void Whatever_a_qube_announces_becomes_clean_devices() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from entries in Gen.ListOf(
            from name in Gen.OneOf(Gen.Elements("sda", "sdb1", "SDA", "..", "", "a/b", "0123456789abc"), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""))
            from key in Gen.Elements("desc", "mode", "parent", "size", "")
            from value in Gen.OneOf(Gen.Elements("a_b (c d)", "(", "()", "sda", "1-1:1.0", new string('x', 5000)), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""))
            select ($"/qubes-block-devices/{name}/{key}", value))
         select entries.DistinctBy(entry => entry.Item1).ToDictionary(entry => entry.Item1, entry => entry.value)).ToArbitrary(),
        keys =>
        {
            var world = Host(facts => facts with { BlockDevices = BlockAnnouncements.Read(keys) });
            foreach (var device in KnownDevices.Of(world, world.Dom0, "block"))
            {
                Assert.Matches("^[a-z0-9-]{1,12}$", device.Port);
                Assert.True(device.ToString().Length < 1500);
                DeviceText.Parse(device.ToString());
            }
        }));

    [Fact]
    public void Of_very_many_devices_the_first_are_taken()
    {
        var keys = Enumerable.Range(0, 1000).ToDictionary(number => $"/qubes-block-devices/d{number}/desc", _ => "x");
        Assert.Equal(BlockAnnouncements.MostDevices, BlockAnnouncements.Read(keys).Count);
    }

    private static World Host(Func<HostFacts, HostFacts> change) =>
        Scenario.Usual().Given(draft => draft.Record(new HostObserved(change(draft.World.Host)))).World;
}
