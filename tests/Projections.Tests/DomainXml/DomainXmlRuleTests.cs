using System.Xml.Linq;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What a definition refuses, and what it does with hostile values.</summary>
public sealed class DomainXmlRuleTests
{
    private const string Injection = "\"/><hostdev type='pci'/><x y=\"&";

    [Fact]
    public void Values_never_become_markup()
    {
        var xml = XElement.Parse(Given.Usual().Set("solo", "virt_mode", "hvm")
            .Feature("solo", "qemu-extra-args", Injection)
            .Feature("solo", "video-model", Injection)
            .Feature("solo", "audio-model", Injection)
            .Set("solo", "kernelopts", Injection)
            .Xml("solo"));
        Assert.Empty(xml.Descendants("hostdev"));
        Assert.Equal(Injection, xml.Descendants("sound").Single().Attribute("model")!.Value);
        Assert.EndsWith(Injection, xml.Descendants("cmdline").Single().Value, StringComparison.Ordinal);
        Assert.Contains(Injection, xml.Descendants("emulator").Single().Attribute("cmdline")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void White_space_in_values_comes_through()
    {
        var xml = XElement.Parse(Given.Usual().Set("solo", "virt_mode", "hvm").Feature("solo", "video-model", "a\n\tb").Xml("solo"));
        Assert.Equal("a\n\tb", xml.Descendants("model").Single().Attribute("type")!.Value);
    }

    [Fact]
    public void Characters_that_xml_cannot_hold_are_refused() => Refuses<InvalidValueException>(
        Given.Usual().Set("solo", "kernelopts", "a\vb"), "solo", "XML cannot hold the character 11 of cmdline");

    [Fact]
    public void Numbers_beyond_any_machine_are_refused() => Refuses<InvalidValueException>(
        Given.Usual().Set("solo", "vcpus", "99999999999999999999"), "solo", "vcpus of solo is out of range");

    [Fact]
    public void A_missing_device_is_named() => Refuses<RefusedException>(
        Given.Usual().Assign("solo", "pci", "00_1f.0"), "solo", "Pci device dom0:00_1f.0:* not available");

    [Theory]
    [InlineData("gone", "sda")]
    [InlineData("net", "*")]
    [InlineData("net", ".._x")]
    [InlineData("rem", "sda")]
    [InlineData("dom0", "sdz")]
    public void A_disk_that_cannot_be_there_is_refused(string backend, string port) => Refuses<RefusedException>(
        Given.Usual().Given(draft => Devices.Assign(
            draft, draft.World.Find("solo")!.Id, new DeviceAssignment("block", backend, port, "*", DeviceModes.Required, []))),
        "solo", $"Block device {backend}:{port}:* not available");

    [Fact]
    public void A_default_network_that_provides_none_has_no_gateway()
    {
        var scenario = Given.Usual().Set("work", "netvm", "").Set(null, "default_netvm", "work").Set("solo", "virt_mode", "hvm");
        Assert.EndsWith(
            "client_ip=10.137.0.6,dns_0=10.139.1.1,dns_1=10.139.1.2,netmask=255.255.255.255",
            XElement.Parse(scenario.Xml("solo")).Descendants("emulator").Single().Attribute("cmdline")!.Value,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_is_gone_is_refused() => Refuses<StorageRefusedException>(
        Given.Usual().Given(draft => draft.Record(new HostObserved(Given.Host with { Kernels = [] }))),
        "work", "Missing file: /var/lib/qubes/vm-kernels/6.6.1/vmlinuz");

    [Fact]
    public void Without_any_kernel_said_the_start_is_refused() => Refuses<RefusedException>(
        Given.Usual().Given(draft => Properties.Reset(draft, null, "default_kernel")),
        "work", "No kernel is set for work: set its property kernel, or default_kernel");

    [Theory]
    [InlineData("dom0")]
    [InlineData("rem")]
    public void Qubes_without_a_domain_have_no_definition(string qube) => Refuses<QubeErrorException>(Given.Usual(), qube, $"{qube} has no domain of its own");

    [Theory]
    [InlineData("frontend-dev", "../x", "Invalid frontend-dev option value: ../x")]
    [InlineData("devtype", "floppy", "devtype option can only have 'disk' or 'cdrom' value")]
    [InlineData("read-only", "perhaps", "Invalid literal for boolean property: 'perhaps'")]
    public void Wrong_options_of_disks_are_refused(string option, string value, string text) =>
        Refuses<InvalidValueException>(Given.Usual().Assign("solo", "block", "sda", new NamedText(option, value)), "solo", text);

    [Fact]
    public void A_name_that_the_user_chose_is_given_to_no_other_disk()
    {
        var xml = XElement.Parse(Given.Usual().Assign("solo", "block", "sr0").Assign("solo", "block", "sda", new NamedText("frontend-dev", "xvdi")).Xml("solo"));
        Assert.Equal(
            ["/dev/sr0 xvdj", "/dev/sda xvdi"],
            xml.Descendants("disk")
                .Select(disk => $"{disk.Element("source")!.Attribute("dev")!.Value} {disk.Element("target")!.Attribute("dev")!.Value}")
                .Where(disk => disk.StartsWith("/dev/s", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_drives_for_discs_do_not_share_a_name()
    {
        var used = new HashSet<string>();
        var disc = new DeviceAssignment("block", "dom0", "sr0", "*", DeviceModes.Manual, [new NamedText("devtype", "cdrom")]);
        var (world, solo) = (Given.Usual().Set("solo", "kernel", "").World, Given.Usual().Set("solo", "kernel", "").Qube("solo"));
        foreach (var due in new[] { "xvdd", "xvdi", "xvdj" })
        {
            var target = DeviceXml.Target(world, solo, disc, used);
            Assert.Equal(due, target);
            used.Add(target);
        }
    }

    [Fact]
    public void A_hundred_disks_have_names_of_their_own_and_too_many_are_refused()
    {
        var used = new HashSet<string>();
        var disk = new DeviceAssignment("block", "dom0", "sda", "*", DeviceModes.Manual, []);
        var scenario = Given.Usual();
        var names = 18 + (26 * 26) + 4; // xvdi to xvdz, two letters, xvde to xvdh
        for (var name = 0; name < names; name++)
        {
            Assert.True(used.Add(DeviceXml.Target(scenario.World, scenario.Qube("solo"), disk, used)));
        }

        var refusal = Assert.Throws<RefusedException>(() => _ = DeviceXml.Target(scenario.World, scenario.Qube("solo"), disk, used));
        Assert.Equal("No unused frontend device name is left", refusal.Message);
    }

    [Fact]
    public void What_is_attached_later_is_what_the_definition_would_hold()
    {
        var options = new[] { new NamedText("permissive", "True") };
        var scenario = Given.Usual().Assign("solo", "pci", "00_02.0", options).Assign("solo", "block", "sda");
        var (world, solo) = (scenario.World, scenario.Qube("solo"));
        var whole = XElement.Parse(DomainXml.Of(world, solo, DomainXmlFacts.None)).Element("devices")!;

        Assert.Equal(Text(whole.Element("interface")!), Text(XElement.Parse(DeviceXml.Network(world, solo)!)));
        Assert.Equal(Text(whole.Element("hostdev")!), Text(XElement.Parse(DeviceXml.Pci(world, solo.Devices.First(device => device.Class == "pci")))));
        Assert.Equal(Text(whole.Elements("disk").Last()), Text(XElement.Parse(DeviceXml.Block(world, solo.Devices.First(device => device.Class == "block"), "xvdi"))));
        Assert.Null(DeviceXml.Network(world, scenario.Qube("net")));
    }

    private static string Text(XElement element) => element.ToString(SaveOptions.DisableFormatting);

    private static void Refuses<TRefusal>(Scenario scenario, string qube, string text)
        where TRefusal : DomainException =>
        Assert.Equal(text, Assert.Throws<TRefusal>(() => scenario.Xml(qube)).Message);
}
