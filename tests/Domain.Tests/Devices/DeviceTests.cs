using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

public sealed class DeviceTests
{
    private const string Disk = "dom0+sda+_";

    [Fact]
    public void Assigning_a_device_records_and_announces_it()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Assign(draft, "work", Disk, "mode='required' _read-only='yes'"))
            .Then(new DeviceAssigned(scenario.Id("work"), new("block", "dom0", "sda", "*", "required", [new("read-only", "yes")])))
            .ThenAnnounced(
                "work|device-pre-assign:block|device=dom0:sda:*,options={'read-only': 'yes'}",
                "work|device-assign:block|device=dom0:sda:*,options={'read-only': 'yes'}");
    }

    [Fact]
    public void A_device_is_assigned_once_in_whatever_mode()
    {
        var scenario = Scenario.Usual().Given(draft => Assign(draft, "work", Disk, "mode='required'"));
        scenario.When(draft => Assign(draft, "work", Disk, "mode='auto-attach'"))
            .ThenFails<DeviceAlreadyAssignedException>("block device dom0:sda:* already assigned to work").ThenAnnounced();
        scenario.When(draft => Assign(draft, "net", Disk, "mode='auto-attach'"));
        Assert.Null(scenario.Refusal);
    }

    [Theory]
    [InlineData("mode='manual'")]
    [InlineData("_a='b'")]
    public void What_would_not_be_stored_is_refused(string payload)
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Assign(draft, "work", Disk, payload)).ThenFails<InvalidValueException>("Only auto-attachable devices can be assigned.");
        Assert.Empty(scenario.Qube("work").Devices);
    }

    [Fact]
    public void A_remote_qube_has_no_devices() => Scenario.Usual()
        .When(draft => Assign(draft, "rem", Disk, "mode='required'")).ThenFails<RefusedException>("This qube doesn't support devices");

    [Fact]
    public void Unassigning_removes_just_that_assignment()
    {
        var scenario = Scenario.Usual()
            .Given(draft => Assign(draft, "work", Disk, "mode='required'"))
            .Given(draft => Assign(draft, "work", "dom0+sdb", "mode='required'"));
        scenario.When(draft => Devices.Unassign(draft, scenario.Id("work"), new("block", "dom0", "sda", "*")))
            .Then(new DeviceUnassigned(scenario.Id("work"), "block", "dom0", "sda", "*"))
            .ThenAnnounced("work|device-unassign:block|device=dom0:sda:*");
        Assert.Equal("sdb", Assert.Single(scenario.Qube("work").Devices).Port);
    }

    [Fact]
    public void An_absent_assignment_cannot_be_removed()
    {
        var scenario = Scenario.Usual().Given(draft => Assign(draft, "work", Disk, "mode='required'"));
        scenario.When(draft => Devices.Unassign(draft, scenario.Id("work"), new("block", "dom0", "sda", "x")))
            .ThenFails<DeviceNotAssignedException>("block device dom0:sda:x not assigned to work");
    }

    [Fact]
    public void Another_mode_leaves_the_options()
    {
        var scenario = Scenario.Usual().Given(draft => Assign(draft, "work", Disk, "mode='required' frontend_domain='work' _a='b'"));
        scenario.When(draft => Devices.SetMode(draft, scenario.Id("work"), new("block", "dom0", "sda", "*"), "ask-to-attach"))
            .ThenAnnounced("work|device-pre-assign:block|device=dom0:sda:*,options={'a': 'b'}", "work|device-assignment-changed:block|device=dom0:sda:*");
        Assert.Equal(
            new DeviceAssignment("block", "dom0", "sda", "*", "ask-to-attach", [new("a", "b")]) { Frontend = "work" },
            Assert.Single(scenario.Qube("work").Devices));
    }

    [Fact]
    public void The_same_mode_changes_nothing()
    {
        var scenario = Scenario.Usual().Given(draft => Assign(draft, "work", Disk, "mode='required'"));
        scenario.When(draft => Devices.SetMode(draft, scenario.Id("work"), new("block", "dom0", "sda", "*"), "required")).Then().ThenAnnounced();
    }

    [Fact]
    public void The_mode_of_what_is_not_assigned_cannot_be_set()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Devices.SetMode(draft, scenario.Id("work"), new("pci", "dom0", "00_02.0", "*"), "required"))
            .ThenFails<InvalidValueException>("Device dom0:00_02.0:* not assigned to work");
        scenario.When(draft => Devices.SetMode(draft, scenario.Id("work"), new("pci", "dom0", "00_02.0", "*"), "manual"))
            .ThenFails<InvalidAssignmentModeException>("Invalid assignment mode");
    }

    [Theory]
    [InlineData("auto-attach", true, "required")]
    [InlineData("required", true, "required")]
    [InlineData("required", false, null)]
    [InlineData("auto-attach", false, "auto-attach")]
    public void Persistent_is_an_older_word_for_required(string before, bool persistent, string? after)
    {
        var scenario = Scenario.Usual().Given(draft => Assign(draft, "work", "dom0+sda+x", $"mode='{before}'"));
        scenario.When(draft => Devices.SetPersistent(draft, scenario.Id("work"), new("block", "dom0", "sda", "*"), persistent));
        Assert.Null(scenario.Refusal);
        Assert.Equal(after, scenario.Qube("work").Devices.SingleOrDefault()?.Mode);
    }

    [Fact]
    public void What_is_neither_assigned_nor_attached_cannot_become_persistent()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Devices.SetPersistent(draft, scenario.Id("work"), new("block", "dom0", "sda", "*"), true))
            .ThenFails<DeviceNotAssignedException>("block device dom0:sda:* not assigned to work");
    }

    [Fact]
    public void A_halted_qube_gets_nothing_attached()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Attach(draft, "work", Disk, "")).ThenFails<QubeNotRunningException>("VM not running, cannot attach device, do you mean `assign`?");
        scenario.When(draft => DeviceAttachment.RequestDetach(draft, scenario.Id("work"), new("pci", "dom0", "00_14.0", "*")))
            .ThenFails<DeviceNotAssignedException>("pci device 00_14.0 not attached to work");
    }

    [Fact]
    public void What_is_denied_is_refused_before_the_state_of_the_qube_counts()
    {
        var scenario = WithDisks().Set("work", "devices_denied", "b******");
        scenario.When(draft => Attach(draft, "work", Disk, "")).ThenFails<PermissionRefusedException>("Could not load interfaces to verify against denied list");
        scenario.When(draft => Attach(draft, "work", "dom0+sda::None", "")).ThenFails<PermissionRefusedException>("Device exposes a banned interface: b******");
        scenario.When(draft => Attach(draft, "work", "dom0+sda::None", "mode='auto-attach'"))
            .ThenFails<QubeNotRunningException>("VM not running, cannot attach device, do you mean `assign`?");
        scenario.Set("work", "devices_denied", "u03****").When(draft => Attach(draft, "work", "dom0+sda::None", ""))
            .ThenFails<QubeNotRunningException>("VM not running, cannot attach device, do you mean `assign`?");
    }

    [Theory]
    [InlineData("block", "dom0+nosuch", "", "Cannot attach ambiguous block device.")]
    [InlineData("block", "dom0+sda:wrong", "", "Cannot attach ambiguous block device.")]
    [InlineData("block", "dom0+*:*", "", "Cannot attach ambiguous block device.")]
    [InlineData("block", "dom0+sda", "_frontend-dev='hda'", "Invalid frontend-dev option value: hda")]
    [InlineData("block", "dom0+sda", "_devtype='floppy'", "devtype option can only have 'disk' or 'cdrom' value")]
    [InlineData("block", "dom0+sda", "_foo='1'", "Unsupported option foo")]
    [InlineData("block", "dom0+sda", "_read-only='x'", "Invalid literal for boolean property: 'x'")]
    [InlineData("block", "dom0+sr0", "_read-only='no'", "This device can be attached only read-only")]
    [InlineData("block", "dom0+sr0", "_read-only='yes' _devtype='cdrom' _frontend-dev='xvdi'", "Can't attach block device to dom0")]
    [InlineData("pci", "dom0+00_14.0", "", "Can't attach PCI device to dom0")]
    public void Attaching_to_dom0_is_refused(string @class, string argument, string payload, string text)
    {
        var scenario = WithDisks();
        scenario.When(draft => Attach(draft, "dom0", argument, payload, @class));
        Assert.Equal(text, scenario.Refusal?.Message);
    }

    [Fact]
    public void The_attempt_names_the_device_that_was_found() => WithDisks().When(draft => Attach(draft, "dom0", "dom0+00_14.0", "", "pci"))
        .ThenAnnounced("dom0|device-pre-attach:pci|device=dom0:00_14.0:0x8086:0xa0ed::p0c0330,options={}");

    [Fact]
    public void A_qube_with_PCI_devices_is_virtualised_fully_and_keeps_its_memory()
    {
        var scenario = Scenario.Usual();
        Assert.Equal(("pvh", "4000", "swiotlb=2048"), Defaults(scenario));
        scenario.Given(draft => Assign(draft, "work", "dom0+00_14.0", "mode='ask-to-attach'", "pci"));
        Assert.Equal(("hvm", "0", ""), Defaults(scenario));
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "virt_mode", "pvh"))
            .ThenFails<InvalidPropertyValueException>("pvh mode can't be set if pci devices are assigned");
        scenario.Given(draft => Devices.Unassign(draft, scenario.Id("work"), new("pci", "dom0", "00_14.0", "*")));
        Assert.Equal(("pvh", "4000", "swiotlb=2048"), Defaults(scenario));

        static (string?, string?, string?) Defaults(Scenario scenario) =>
            (scenario.Value("work", "virt_mode"), scenario.Value("work", "maxmem"), scenario.Value("work", "kernelopts"));
    }

    [Fact]
    public void A_qube_whose_devices_are_assigned_to_others_stays()
    {
        var scenario = Scenario.Usual()
            .Given(draft => Assign(draft, "work", "net+sdb", "mode='required'"))
            .Given(draft => Assign(draft, "work", "net+sda+x", "mode='required'"))
            .Given(draft => Assign(draft, "net", "net+sdc", "mode='required'"));
        scenario.When(draft => QubeRemoval.Remove(draft, scenario.Id("net")))
            .ThenFails<QubeInUseException>("VM has devices assigned to other VMs: sdb, sda").ThenAnnounced("|domain-pre-delete|vm=net");
    }

    [Fact]
    public void Its_own_assignments_do_not_keep_a_qube()
    {
        var scenario = Scenario.Usual().Given(draft => Assign(draft, "net", "net+sdc", "mode='required'"));
        scenario.When(draft => QubeRemoval.Remove(draft, scenario.Id("net")));
        Assert.Null(scenario.Refusal);
    }

    internal static void Assign(Draft draft, string qube, string argument, string payload, string @class = "block")
    {
        var device = DeviceArgument.Parse(draft.World, @class, argument);
        Devices.Assign(draft, draft.World.Find(qube)!.Id, AssignmentText.Parse(draft.World, Encoding.ASCII.GetBytes(payload), device)); // the scenario has it
    }

    private static void Attach(Draft draft, string qube, string argument, string payload, string @class = "block")
    {
        var device = DeviceArgument.Parse(draft.World, @class, argument);
        DeviceAttachment.Request(draft, draft.World.Find(qube)!.Id, AssignmentText.Parse(draft.World, Encoding.ASCII.GetBytes(payload), device)); // the scenario has it
    }

    private static Scenario WithDisks() => Scenario.Usual().Given(draft => draft.Record(new HostObserved(draft.World.Host with
    {
        PciDevices = [new PciDevice("00_14.0", "0000:00:14.0", "0c0330", "0x8086", "0xa0ed")],
        BlockDevices = [new BlockDevice("sda", "DISK ONE", "BACKUP", false, null), new BlockDevice("sr0", null, null, true, null)],
    })));
}
