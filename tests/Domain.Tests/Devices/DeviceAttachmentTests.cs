namespace Qubes.Cqrs.Domain.Tests;

public sealed class DeviceAttachmentTests
{
    private static readonly EquatableArray<BlockDevice> Disks =
    [
        new("cd", "DVD", null, true, null),
        new("sda", "DISK", null, false, null),
        new("sdb", "STICK", null, false, null),
    ];

    private readonly Scenario scenario = Scenario.Usual()
        .Given(draft => draft.Record(new HostObserved(draft.World.Host with
        {
            BlockDevices = Disks,
            PciDevices = [new PciDevice("00_14.0", "0000:00:14.0", "0c0330", "0x8086", "0xa0ed")],
        })))
        .Running("work", "net");

    [Fact]
    public void A_wish_has_every_option_before_the_hypervisor_is_asked()
    {
        Attach("work", "dom0", "sda").Then(new DeviceAttachRequested(scenario.Id("work"), "run", Disk("sda", "no", "xvdi")))
            .ThenAnnounced("work|device-pre-attach:block|device=dom0:sda::None,options={}");
        Assert.Empty(Attachments.Listed(scenario.World, scenario.Qube("work"), "block"));
        Complete("work").ThenAnnounced("work|device-attach:block|device=dom0:sda::None,options={'read-only': 'no', 'frontend-dev': 'xvdi'}");
        Assert.Equal(Disk("sda", "no", "xvdi") with { Frontend = "work" }, Attachments.Listed(scenario.World, scenario.Qube("work"), "block").Single());
    }

    [Fact]
    public void A_device_that_cannot_be_written_is_attached_read_only_under_the_next_name()
    {
        Attach("work", "dom0", "sda");
        Attach("work", "dom0", "cd");
        Assert.Equal([Disk("sda", "no", "xvdi"), Disk("cd", "yes", "xvdj")], Run("work").Attaching);
    }

    [Fact]
    public void Nobody_else_gets_a_device_that_is_being_attached()
    {
        Attach("work", "dom0", "sda");
        Attach("net", "dom0", "sda").ThenFails<DeviceAlreadyAttachedException>("Device dom0:sda::None already attached to work");
        Attach("work", "dom0", "sda").ThenFails<DeviceAlreadyAttachedException>("device dom0:sda::None of class block already attached to work");
        scenario.Given(draft => DeviceAttachment.Drop(draft, scenario.Id("work"), "run", Run("work").Attaching[0], "it did not work"));
        Attach("net", "dom0", "sda");
        Assert.Null(scenario.Refusal);
    }

    [Fact]
    public void A_device_of_another_qube_is_there_while_that_runs()
    {
        Offer("net", "sdc");
        Attach("work", "net", "sdc");
        Complete("work");
        Stop("net").ThenAnnounced("net|domain-shutdown|", "net|device-removed:block|port=net:sdc", "work|device-detach:block|port=net:sdc");
        Assert.Empty(Run("work").Attached);
        Attach("work", "net", "sdc").ThenFails<InvalidRequestException>("Cannot attach ambiguous block device.");
    }

    [Fact]
    public void What_was_attached_goes_with_the_qube()
    {
        Attach("work", "dom0", "sda");
        Complete("work");
        Stop("work").ThenAnnounced("work|domain-shutdown|", "work|device-detach:block|port=dom0:sda");
        Assert.Null(Attachments.FrontendOf(scenario.World, new DeviceAddress("block", "dom0", "sda", ":None")));
    }

    [Fact]
    public void A_device_that_goes_while_it_is_attached_is_not_attached()
    {
        Offer("net", "sdc");
        Attach("work", "net", "sdc");
        Offer("net");
        Complete("work").ThenAnnounced();
        Assert.Empty(Run("work").Attached);
        Assert.Empty(Run("work").Attaching);
    }

    [Fact]
    public void An_outcome_of_an_earlier_run_changes_nothing()
    {
        Attach("work", "dom0", "sda");
        var device = Run("work").Attaching[0];
        scenario.When(draft => DeviceAttachment.Complete(draft, scenario.Id("work"), "run before", device)).Then();
    }

    [Fact]
    public void A_required_device_stays()
    {
        Attach("work", "dom0", "sda");
        Complete("work");
        scenario.Given(draft => Devices.Assign(draft, scenario.Id("work"), new DeviceAssignment("block", "dom0", "sda", "*", "required", [])));
        Detach("work", "dom0", "sda").ThenFails<QubeNotHaltedException>("Can not detach a required device from a non halted qube. You need to unassign device first.");
    }

    [Fact]
    public void A_device_that_another_qube_has_at_that_port_stays()
    {
        Attach("work", "dom0", "sda");
        Complete("work");
        Detach("work", "net", "sda").ThenFails<DeviceNotAssignedException>("block device sda not attached to work");
        Detach("work", "*", "sda").ThenAnnounced("work|device-pre-detach:block|port=dom0:sda");
    }

    [Fact]
    public void A_required_device_keeps_a_second_qube_from_starting()
    {
        scenario.Running("net");
        Attach("net", "dom0", "sda");
        scenario.Given(draft => Devices.Assign(draft, scenario.Id("work"), new DeviceAssignment("block", "dom0", "sda", "*", "required", [])));
        scenario.When(draft => Starts.Request(draft, scenario.Id("work"), "new")).ThenFails<DeviceAlreadyAttachedException>("Device dom0:sda::None already attached to net");
    }

    [Fact]
    public void Required_devices_come_with_the_domain_under_names_that_nobody_else_has()
    {
        scenario.Running();
        Assign("sdb", "required", new NamedText("frontend-dev", "xvdi"));
        Assign("sda", "required");
        scenario.Given(draft => draft.Record(new StartRequested(scenario.Id("work"), "run")));
        scenario.Given(draft => Starts.Spawned(draft, new QubeSpawned(scenario.Id("work"), "run", 1, -1, null, 1)));
        Assert.Equal(["sdb xvdi", "sda xvdj"], Run("work").Attached.Select(device => $"{device.Port} {BlockOptions.Find(device, "frontend-dev")}"));
    }

    [Fact]
    public void The_assignment_that_describes_a_device_best_counts()
    {
        Assign("*", "ask-to-attach");
        Assign("sda", "auto-attach");
        Assert.Equal(
            ["cd ask-to-attach", "sda auto-attach", "sdb ask-to-attach"],
            AutoAttachment.AtStart(scenario.World, scenario.Qube("work")).Select(entry => $"{entry.Device.Port} {entry.Assignment.Mode}"));
    }

    [Fact]
    public void A_qube_does_not_wait_for_its_own_devices()
    {
        Assign("*", "auto-attach", backend: "*");
        Offer("work", "sdx");
        var own = KnownDevices.Of(scenario.World, scenario.Qube("work"), "block").Single();
        Assert.Empty(AutoAttachment.Waiting(scenario.World, own));
        Assert.DoesNotContain(AutoAttachment.AtStart(scenario.World, scenario.Qube("work")), entry => entry.Device.Port == "sdx");
    }

    [Fact]
    public void Observed_devices_are_told_as_removed_and_added()
    {
        Offer("net", "sdc", "sdd");
        Attach("work", "net", "sdc");
        Complete("work");
        scenario.When(draft => DeviceObservations.Note(draft, scenario.Id("net"), "run", Blocks("sdd", "sde"), "/qubes-block-devices")).ThenAnnounced(
            "net|device-list-change:block|",
            "work|device-detach:block|port=net:sdc",
            "net|device-removed:block|port=net:sdc",
            "net|device-added:block|device=net:sde::None",
            "net|domain-qdb-change:/qubes-block-devices|path=/qubes-block-devices");
    }

    [Fact]
    public void A_notice_without_a_change_is_told_and_not_recorded()
    {
        Offer("net", "sdc");
        scenario.When(draft => DeviceObservations.Note(draft, scenario.Id("net"), "run", Blocks("sdc"), "/qubes-block-devices"))
            .Then()
            .ThenAnnounced("net|device-list-change:block|", "net|domain-qdb-change:/qubes-block-devices|path=/qubes-block-devices");
    }

    private static DeviceAssignment Disk(string port, string readOnly, string name) => new(
        "block", "dom0", port, ":None", "manual", [new NamedText("read-only", readOnly), new NamedText("frontend-dev", name)]);

    private static EquatableArray<BlockDevice> Blocks(params string[] ports) =>
        ports.Select(port => new BlockDevice(port, "STICK", null, false, null)).ToEquatableArray();

    private Run Run(string qube) => scenario.World.Runs[scenario.Id(qube)];

    private void Assign(string port, string mode, NamedText? option = null, string backend = "dom0") => scenario.Given(draft => Devices.Assign(
        draft, scenario.Id("work"), new DeviceAssignment("block", backend, port, "*", mode, option is { } one ? [one] : [])));

    private void Offer(string qube, params string[] ports) =>
        scenario.Given(draft => DeviceObservations.Note(draft, scenario.Id(qube), "run", Blocks(ports), null));

    private Scenario Attach(string qube, string backend, string port) => scenario.When(draft => DeviceAttachment.Request(
        draft, scenario.Id(qube), new DeviceAssignment("block", backend, port, "*", "manual", [])));

    private Scenario Complete(string qube) => scenario.When(draft => DeviceAttachment.Complete(draft, scenario.Id(qube), "run", draft.World.Runs[scenario.Id(qube)].Attaching[0]));

    private Scenario Detach(string qube, string backend, string port) =>
        scenario.When(draft => DeviceAttachment.RequestDetach(draft, scenario.Id(qube), new DeviceAddress("block", backend, port, "*")));

    private Scenario Stop(string qube)
    {
        scenario.Given(draft => Stops.Stopped(draft, scenario.Id(qube), "run"));
        return scenario.When(draft => Stops.Complete(draft, scenario.Id(qube), "run"));
    }
}
