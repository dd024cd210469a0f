using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Stores of older versions, and what a store may leave out.</summary>
public sealed class MigrationTests
{
    private const long GiB = 1L << 30;

    [Fact]
    public void The_old_grey_is_corrected() =>
        Assert.Equal("0x555555", Xml.World("<qubes><labels><label id='label-5' color='0x555753'>gray</label></labels></qubes>").Labels[5].Color);

    [Fact]
    public void Colours_are_trimmed() =>
        Assert.Equal("0x123456", Xml.World("<qubes><labels><label id='label-9' color='0x123456&#10;'>l</label></labels></qubes>").Labels[9].Color);

    [Theory]
    [InlineData("red")]
    [InlineData("1")]
    [InlineData("label-1")]
    public void A_label_is_found_by_name_id_or_index(string text) =>
        Assert.Equal(PropertyValue.OfLabel(1), Property(Xml.Store(Xml.Domain("TemplateVM", "x", 1, "", "label=" + text)), "label"));

    [Fact]
    public void A_reference_comes_before_the_text()
    {
        var domain = Xml.Domain("StandaloneVM", "x", 1).Replace(
            "</properties>", "<property name='kernel' ref='by-ref'>by-text</property></properties>", StringComparison.Ordinal);
        Assert.Equal(PropertyValue.Of("by-ref"), Property(Xml.Store(domain), "kernel"));
    }

    [Fact]
    public void Empty_text_and_no_text_differ()
    {
        var domain = Xml.Domain("StandaloneVM", "x", 1, "", "kernel=").Replace(
            "</properties>", "<property name='default_user'/><property name='netvm'/></properties>", StringComparison.Ordinal);
        var qube = Xml.Qube(Xml.Store(domain), "x");
        Assert.Equal(PropertyValue.EmptyText, qube.Properties.Find("kernel"));
        Assert.Equal(PropertyValue.NoText, qube.Properties.Find("default_user"));
        Assert.Equal(PropertyValue.NoQube, qube.Properties.Find("netvm"));
    }

    [Theory]
    [InlineData(" 12 ", "12")]
    [InlineData("1_000", "1000")]
    [InlineData("+007", "7")]
    [InlineData("-5", "-5")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void Integers_are_read_as_the_original_reads_them(string text, string value) =>
        Assert.Equal(value, Property(Xml.Store(Xml.Domain("TemplateVM", "x", 1, "", "memory=" + text)), "memory")?.Text);

    [Theory]
    [InlineData("True", "hvm")]
    [InlineData("False", "pv")]
    public void Hvm_becomes_the_virtualisation_mode(string hvm, string mode) =>
        Assert.Equal(PropertyValue.Of(mode), Property(Xml.Store(Xml.Domain("StandaloneVM", "x", 1, "", "hvm=" + hvm)), "virt_mode"));

    [Fact]
    public void Dispvm_allowed_becomes_template_for_dispvms() => Assert.Equal(
        PropertyValue.True,
        Property(Xml.Store(Xml.Domain("AppVM", "x", 2, "", "template=t", "dispvm_allowed=True") + Xml.Domain("TemplateVM", "t", 1)), "template_for_dispvms"));

    [Theory]
    [InlineData("", "0")]
    [InlineData("1", null)]
    public void The_feature_that_switched_memory_balancing_is_gone(string value, string? maxmem)
    {
        var features = $"<features><feature name='service.meminfo-writer'>{value}</feature><feature name='other'>1</feature></features>";
        var qube = Xml.Qube(Xml.Store(Xml.Domain("StandaloneVM", "x", 1, features)), "x");
        Assert.Equal(["other"], qube.Features.Keys);
        Assert.Equal(maxmem, qube.Properties.Find("maxmem")?.Text);
    }

    [Fact]
    public void The_default_firewall_qube_becomes_explicit()
    {
        var xml = Xml.Store(
            Xml.Domain("StandaloneVM", "net", 1, "", "provides_network=True", "netvm=") + Xml.Domain("StandaloneVM", "fw", 2, "", "provides_network=True")
            + Xml.Domain("StandaloneVM", "vpn", 3, "", "provides_network=True") + Xml.Domain("StandaloneVM", "work", 4),
            Xml.Property("default_fw_netvm", "net") + Xml.Property("default_netvm", "fw"));
        var world = Xml.World(xml);
        Assert.Equal(PropertyValue.NoQube, world.Find("net")?.Properties.Find("netvm"));
        Assert.Equal(world.Find("net")?.Id, world.Find("fw")?.Properties.Find("netvm")?.AsQube());
        Assert.Equal(world.Find("net")?.Id, world.Find("vpn")?.Properties.Find("netvm")?.AsQube());
        Assert.Null(world.Find("work")?.Properties.Find("netvm"));
        Assert.False(world.Properties.ContainsKey("default_fw_netvm"));
    }

    [Fact]
    public void A_loop_in_the_network_is_cut_once()
    {
        var xml = Xml.Store(
            Xml.Domain("StandaloneVM", "c", 1, "", "provides_network=True", "netvm=b") + Xml.Domain("StandaloneVM", "b", 2, "", "provides_network=True", "netvm=c")
            + Xml.Domain("StandaloneVM", "a", 3, "", "netvm=b") + Xml.Domain("StandaloneVM", "own", 4, "", "provides_network=True", "netvm=own"));
        var world = Xml.World(xml);
        Assert.Equal(world.Find("b")?.Id, world.Find("a")?.Properties.Find("netvm")?.AsQube());
        Assert.Equal(PropertyValue.NoQube, world.Find("b")?.Properties.Find("netvm"));
        Assert.Equal(world.Find("b")?.Id, world.Find("c")?.Properties.Find("netvm")?.AsQube());
        Assert.Equal(PropertyValue.NoQube, world.Find("own")?.Properties.Find("netvm"));
        Xml.Warns(xml, "netvm of 'own'");
    }

    [Fact]
    public void What_is_no_template_for_disposables_is_not_a_default_one()
    {
        var xml = Xml.Store(Xml.Domain("StandaloneVM", "x", 1, "", "default_dispvm=x"), Xml.Property("management_dispvm", "x"));
        Assert.Equal(PropertyValue.NoQube, Property(xml, "default_dispvm"));
        Assert.Equal(PropertyValue.NoQube, Xml.World(xml).Properties.Find("management_dispvm"));
        Xml.Warns(xml, "management_dispvm of the system");
    }

    [Theory]
    [InlineData("required='True'", "required")]
    [InlineData("required='no'", "auto-attach")]
    [InlineData("required='yes' mode='ask-to-attach'", "required")]
    [InlineData("", "required")]
    [InlineData("mode='ask-to-attach'", "ask-to-attach")]
    public void The_mode_of_a_device_comes_from_either_attribute(string attributes, string mode) =>
        Assert.Equal(mode, Assert.Single(Devices($"<device backend-domain='dom0' id='00_1f.2' {attributes}/>")).Mode);

    [Theory]
    [InlineData("<device backend-domain='gone' id='1'/>", "there is no qube 'gone'")]
    [InlineData("<device backend-domain='dom0'/>", "it has no id")]
    [InlineData("<device backend-domain='dom0' id='1' mode='never'/>", "'never' is no mode")]
    [InlineData("<device backend-domain='dom0' id='1' required='maybe'/>", "Invalid literal")]
    public void A_device_that_cannot_be_is_left_out(string device, string reason)
    {
        Assert.Equal(["2"], Devices(device + "<device backend-domain='dom0' id='2'/>").Select(entry => entry.Port));
        Xml.Warns(Device(device), reason);
    }

    [Fact]
    public void The_identity_may_be_an_option()
    {
        var device = Assert.Single(Devices(
            "<device backend-domain='*' id='1'><option name='identity'>i</option><option name='no-strict-reset'>True</option></device>"));
        Assert.Equal(("i", "*"), (device.Device, device.Backend));
        Assert.Equal([new NamedText("no-strict-reset", "True")], device.Options);
    }

    [Theory]
    [InlineData("pci", "02_00.0", "00_1d.0-00_00.0")]
    [InlineData("pci", "00_1d.0", "00_1d.0")]
    [InlineData("pci", "00_1d.0-00_00.0", "00_1d.0-00_00.0")]
    [InlineData("pci", "03_00.0", "03_00.0")]
    [InlineData("usb", "02_00.0", "02_00.0")]
    public void The_older_name_of_a_pci_device_becomes_its_path(string @class, string old, string port)
    {
        var store = Xml.Store(Xml.Domain("StandaloneVM", "x", 1, $"<devices class='{@class}'><device backend-domain='dom0' id='{old}'/></devices>"));
        var host = HostFacts.Unknown with
        {
            PciDevices =
            [
                new PciDevice("00_1d.0", "0000:00:1d.0", "060400", "0x8086", "0xa0b0"),
                new PciDevice("00_1d.0-00_00.0", "0000:02:00.0", "020000", "0x10ec", "0x8168"),
            ],
        };
        var world = Worlds.Fold(QubesXmlReader.Read(Encoding.UTF8.GetBytes(store), Worlds.NewIds(), host).Events);
        Assert.Equal(port, Assert.Single(world.Find("x")!.Devices).Port); // it is in the store
    }

    [Fact]
    public void Of_two_entries_for_one_device_the_last_counts() => Assert.Equal(
        ["required", "auto-attach"],
        Devices("""
            <device backend-domain='dom0' id='1' mode='required'/><device backend-domain='dom0' id='2' mode='required'/>
            <device backend-domain='dom0' id='1' mode='auto-attach'/>
            """).Select(device => device.Mode));

    [Theory]
    [InlineData("<pool name='p' driver='no-such'/>", "there is no driver 'no-such'")]
    [InlineData("<pool name='p'/>", "it needs a name and a driver")]
    [InlineData("<pool name='p' driver='file'/>", "missing required driver options: dir_path")]
    [InlineData("<pool name='p' driver='file' dir_path='/x' colour='red'/>", "has no option colour")]
    [InlineData("<pool name='p' driver='file' dir_path='/x' revisions_to_keep='x'/>", "'x' is no value for revisions_to_keep")]
    [InlineData("<pool name='p' driver='file' dir_path='/x' ephemeral_volatile='yes'/>", "'yes' is no value for ephemeral_volatile")]
    public void A_pool_that_cannot_be_is_left_out(string pool, string reason)
    {
        Assert.Empty(Xml.World($"<qubes><pools>{pool}</pools></qubes>").Pools);
        Xml.Warns($"<qubes><pools>{pool}</pools></qubes>", reason);
    }

    [Fact]
    public void A_pool_gets_what_its_attributes_leave_out()
    {
        var pool = Assert.Single(Xml.World("<qubes><pools><pool setup_check='no' driver='file-reflink' name='p' dir_path='/x'/></pools></qubes>").Pools);
        Assert.Equal("name=p dir_path=/x driver=file-reflink revisions_to_keep=1 ephemeral_volatile=False", string.Join(' ', pool.Config.Select(entry => $"{entry.Name}={entry.Value}")));
    }

    [Fact]
    public void A_missing_dom0_is_added()
    {
        var world = Xml.World("<qubes><labels><label id='label-8' color='0x000000'>black</label></labels></qubes>");
        Assert.Equal(PropertyValue.OfLabel(8), world.Dom0.Properties.Find("label"));
    }

    [Fact]
    public void A_missing_uuid_comes_from_the_caller()
    {
        var domain = Xml.Domain("TemplateVM", "x", 1);
        var without = domain.Replace(domain[domain.IndexOf("<property name=\"uuid", StringComparison.Ordinal)..domain.IndexOf("</properties>", StringComparison.Ordinal)], "", StringComparison.Ordinal);
        Assert.Equal(Worlds.NewIds()(), Xml.Qube(Xml.Store(without), "x").Id);
    }

    [Fact]
    public void A_qube_without_volumes_gets_those_of_its_class()
    {
        var world = Xml.World(Xml.Store(
            Xml.Domain("DispVM", "disp", 3, "", "template=dvm") + Xml.Domain("AppVM", "dvm", 2, "", "template=tpl", "template_for_dispvms=True")
            + Xml.Domain("TemplateVM", "tpl", 1, "<volume-config><volume name='root' size='77' internal='True'/><volume name='more'/></volume-config>")));
        Assert.Equal(["root", "private", "volatile", "kernel", "more"], world.Find("tpl")?.Volumes.Select(volume => volume.Name));
        Assert.Equal(
            [
                Volume("root", "vm-templates/tpl/root", 77, save: true),
                Volume("private", "vm-templates/tpl/private", 2 * GiB, save: true),
                Volume("volatile", "vm-templates/tpl/volatile", 10 * GiB),
            ],
            world.Find("tpl")?.Volumes.Take(3));
        Assert.Equal(
            [
                Volume("root", "appvms/disp/root", 77, source: "vm-templates/tpl/root"),
                Volume("private", "appvms/disp/private", 2 * GiB, source: "appvms/dvm/private"),
                Volume("volatile", "appvms/disp/volatile", 12 * GiB),
                Volume("kernel", "appvms/disp/kernel", 0) with { Rw = false },
            ],
            world.Find("disp")?.Volumes);
    }

    [Fact]
    public void An_import_of_an_export_changes_nothing_more()
    {
        var xml = Xml.Store(Xml.Domain("StandaloneVM", "x", 1, "", "hvm=True") + Xml.Domain("RemoteVM", "far", 2), Xml.Property("default_fw_netvm", "x"));
        var once = QubesXmlWriter.Write(Xml.World(xml));
        Assert.Equal(once, QubesXmlWriter.Write(Worlds.ImportWorld(once)));
    }

    private static PropertyValue? Property(string xml, string property) => Xml.Qube(xml, "x").Properties.Find(property);

    private static string Device(string devices) => Xml.Store(Xml.Domain("StandaloneVM", "x", 1, $"<devices class='pci'>{devices}</devices>"));

    private static EquatableArray<DeviceAssignment> Devices(string devices) => Xml.Qube(Device(devices), "x").Devices;

    private static VolumeConfig Volume(string name, string vid, long size, bool save = false, string? source = null) => new()
    {
        Name = name,
        Pool = "vars",
        Vid = vid,
        RevisionsToKeep = 1,
        Rw = true,
        SaveOnStop = save,
        SnapOnStart = source is not null,
        SizeBytes = size,
        Source = source,
    };
}
