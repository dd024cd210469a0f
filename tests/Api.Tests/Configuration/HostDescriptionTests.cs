using System.Text.RegularExpressions;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

public partial class HostDescriptionTests
{
    private static readonly HostDescription Recorded = HostDescription.Parse("host.yaml", Given.Text("host.yaml"));

    [Fact]
    public void The_recorded_host_has_its_facts()
    {
        Assert.Equal(
            ("xen", 16384L, 4, 4096L, 12288L, "Europe/Berlin"),
            (Recorded.Hypervisor, Recorded.MemoryMiB, Recorded.Cpus, Recorded.Dom0MemoryMiB, Recorded.MemoryBalancerLimitMiB, Recorded.TimeZone));
        Assert.Equal(
            ("sequential", 1_000_000_000L, 12_000_000_000L, "/dev/pts/{id}"),
            (Recorded.DomainIds, Recorded.CpuTimeNsPerDomainId, Recorded.Dom0CpuTimeNs, Recorded.ConsoleTty));
        Assert.Equal((true, 20L), (Recorded.Reflink, Recorded.FileSystemSizeGiB));
        Assert.Equal(["6.6.1-1.qubes", "6.12.2-1.qubes", "pvgrub2-pvh"], Recorded.Kernels);
        Assert.Equal(["user"], Recorded.GroupQubesMembers);
        Assert.Equal(1000, Recorded.UserUid);
    }

    [Fact]
    public void The_recorded_host_has_its_devices()
    {
        Assert.Equal(4, Recorded.PciDevices.Count);
        Assert.Equal(
            new HostPciDevice("0000:02:00.0")
            {
                Behind = "0000:00:1d.0",
                Class = "0x020000",
                VendorId = "0x10ec",
                VendorName = "Realtek Semiconductor Co., Ltd.",
                ProductId = "0x8168",
                ProductName = "RTL8111/8168/8411 PCI Express Gigabit Ethernet Controller",
            },
            Recorded.PciDevices[3]);
        Assert.Equal(2, Recorded.PciDevices[2].SecondaryBus);
        Assert.Equal(["dom0", "sys-net"], Recorded.QubesDb.Keys);
        Assert.Equal("32010928128", Recorded.QubesDb["dom0"]["/qubes-block-devices/sda/size"]);
        Assert.Equal("w", Recorded.QubesDb["sys-net"]["/qubes-block-devices/sdb/mode"]);
    }

    [Fact]
    public void The_recorded_host_has_its_guests_and_files()
    {
        Assert.Equal(
            [
                new HostGuest("hvfail*") { CreateFails = true },
                new HostGuest("*definefail*") { DefineFails = true },
                new HostGuest("noqrexec") { QrexecDaemonExitCode = 3 },
                new HostGuest("noshut*") { IgnoresShutdown = true },
            ],
            Recorded.Guests);
        Assert.Equal(13, Recorded.Files.Count);
        Assert.Equal("- a\n- b\n", Recorded.Files["/etc/qubes/backup/listy.conf"]);
        Assert.StartsWith("## policy for callers other than dom0\nadmin.vm.List ", Recorded.Files["/etc/qubes/policy.d/30-oracle.policy"], StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_description_is_the_default() => Assert.Equal("xen", HostDescription.Parse("h.yaml", "").Hypervisor);

    [Fact]
    public void A_kernel_may_look_like_a_number() => Assert.Equal(["6.1", "6"], HostDescription.Parse("h.yaml", "kernels: [6.1, 6]").Kernels);

    [Theory]
    [InlineData("memory: 1", "1:1: unknown key 'memory'")]
    [InlineData("memory_mib: lots", "1:13: memory_mib: expected a whole number")]
    [InlineData("file_system: {relink: true}", "1:15: file_system: unknown key 'relink', expected reflink, size_gib")]
    [InlineData("file_system: {reflink: yes}", "1:24: file_system.reflink: expected true or false, found 'yes'")]
    [InlineData("kernels: 6.1", "1:10: kernels: expected a list, found '6.1'")]
    [InlineData("kernels: [../x]", "1:11: kernels[0]: expected the name of a kernel")]
    [InlineData("pci_devices:\n- {class: \"0x0\"}", "2:3: pci_devices[0]: expected an address")]
    [InlineData("pci_devices:\n- {address: a, vendor: x}", "2:24: pci_devices[0].vendor: expected a list, found 'x'")]
    [InlineData("pci_devices:\n- {address: a, vendor: [x]}", "2:24: pci_devices[0].vendor: expected an id and a name")]
    [InlineData("guests: {x: {start: fails}}", "1:14: guests.x: unknown key 'start'")]
    [InlineData("guests: {x: {create: works}}", "1:22: guests.x.create: expected fails, found 'works'")]
    [InlineData("files: {x: y}", "1:12: files.x: expected an absolute path as its key")]
    [InlineData("qubesdb: {dom0: {x: y}}", "1:21: qubesdb.dom0.x: expected an absolute path as its key")]
    [InlineData("accounts: {users: []}", "1:12: accounts: unknown key 'users'")]
    [InlineData("domain_ids: random", "1:13: domain_ids: expected sequential, found 'random'")]
    public void What_is_not_understood_is_refused_at_its_place(string text, string message) =>
        Assert.StartsWith($"h.yaml:{message}", Assert.Throws<ConfigurationException>(() => HostDescription.Parse("h.yaml", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_key_is_documented_and_every_documented_key_exists()
    {
        var documented = Row().Matches(Given.Text("configuration.md").Split("## A simulated host")[1]).Select(row => row.Groups[1].Value).ToArray();
        var failure = Assert.Throws<ConfigurationException>(() => HostDescription.Parse("h.yaml", "nope: 1"));
        Assert.EndsWith($"expected {string.Join(", ", documented)}", failure.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
