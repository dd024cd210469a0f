using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>One event of each type, with every member filled; the golden rows show their JSON.</summary>
internal static class SampleEvents
{
    private static readonly QubeId Work = new(new Guid("0b5b1f7e-1f7e-4a59-9d0c-2f4f9a0e0a11"));

    private static readonly VolumeConfig Volume = new()
    {
        Name = "private",
        Pool = "vm-pool",
        Vid = "appvms/work/private",
        RevisionsToKeep = -1,
        Rw = true,
        SaveOnStop = true,
        SnapOnStart = false,
        Ephemeral = false,
        SizeBytes = 2_147_483_648,
        Source = "appvms/origin/private",
    };

    public static readonly IReadOnlyList<DomainEvent> All =
    [
        new LabelAdded(9, "pink", "0xff00aa"),
        new LabelRemoved(9),
        new PropertySet(Work, "memory", PropertyValue.Of(400), PropertyValue.Of(300)),
        new PropertyReset(null, "default_netvm", PropertyValue.NoQube),
        new FeatureSet(Work, "service.audio", "", "1"),
        new FeatureRemoved(Work, "service.audio"),
        new TagAdded(Work, "audio"),
        new TagRemoved(Work, "audio"),
        new NotesSet(Work, "line 1\nline 2: \"quoted\" \\ é € 😀"),
        new FirewallSet(
            Work,
            [
                new FirewallRule
                {
                    Action = FirewallAction.Accept,
                    Destination = "192.0.2.7/32",
                    Protocol = FirewallProtocol.Tcp,
                    Ports = new PortRange(80, 443),
                    Expire = "4102444800",
                    Comment = "all at once",
                },
                new FirewallRule { Action = FirewallAction.Accept, Target = FirewallTarget.Dns },
                new FirewallRule { Action = FirewallAction.Drop, Protocol = FirewallProtocol.Icmp, IcmpType = 8 },
            ]),
        new FirewallExpired(Work, 4102444800),
        new QubeAdded(
            Work,
            "work",
            QubeClass.AppVM,
            7,
            [new NamedValue("label", PropertyValue.OfLabel(1)), new NamedValue("template", PropertyValue.Dom0), new NamedValue("kernel", PropertyValue.NoText)],
            [new NamedText("menu", "a b")],
            ["created-by-dom0"],
            [Volume, Volume with { Name = "volatile", Vid = "v", Ephemeral = null, Source = null, RevisionsToKeep = 0 }]),
        new QubeRemoved(Work),
        new PoolAdded("vm-pool", "file-reflink", [new NamedText("name", "vm-pool"), new NamedText("dir_path", "/srv/pool")]),
        new PoolConfigured("vm-pool", [new NamedText("name", "vm-pool"), new NamedText("revisions_to_keep", "-1")]),
        new PoolRemoved("vm-pool"),
        new VolumeConfigured(Work, Volume),
        new VolumesCreated(Work),
        new VolumesRemoved(Work),
        new VolumesLeft(Work, "work", [Volume]),
        new VolumeChangeRequested(Work, "private", new VolumeChange("change-1", VolumeChangeKind.Clone)
        {
            SizeBytes = 2_147_483_648,
            Revision = "4",
            SourcePool = "vm-pool",
            SourceVid = "appvms/origin/private",
        }),
        new VolumeChangeAdvanced(Work, "private", "change-1", VolumeChangePhase.Ready),
        new VolumeChanged(Work, "private", "change-1", 1_795_262_404_289_000),
        new VolumeChangeFailed(Work, "private", "change-1", "No space left"),
        new VolumeObserved(
            Work, "private", new VolumeState([new VolumeRevision("4", 1_795_262_404)], 1_795_262_404_289_000, [new VolumeChange("change-2", VolumeChangeKind.Import, VolumeChangePhase.Open)])),
        new DeviceAssigned(Work, new DeviceAssignment("pci", "dom0", "00_1f.2", "*", "required", [new NamedText("no-strict-reset", "True")]) { Frontend = "work" }),
        new DeviceUnassigned(Work, "pci", "dom0", "00_1f.2", "*"),
        new StartRequested(Work, "run-1"),
        new QubeSpawning(Work, "run-1"),
        new QubeSpawned(Work, "run-1", 12, 13, new QubeId(new Guid("7d4c0f5e-98f0-4b1f-8a35-6f0b7c1b2a22")), 179_000_000_012),
        new QubeStarted(Work, "run-1"),
        new StartFailed(Work, "run-1", "Not enough memory to start domain 'work'") { IsLeftOver = true },
        new ActivityObserved(Work, "run-1", DomainActivity.Paused),
        new StopRequested(Work, "run-1", RunWish.Shutdown),
        new StopSettled(Work, "run-1"),
        new ShutdownFailed(Work, "run-1", "There are other VMs connected to this VM: personal"),
        new QubeStopped(Work, "run-1") { AtMicroseconds = 1_795_262_404_289_000 },
        new QubeShutDown(Work, "run-1"),
        new NetworkConnected(Work, "run-1", new QubeId(new Guid("7b5b1f7e-1f7e-4a59-9d0c-2f4f9a0e0a12"))),
        new DeviceAttached(Work, "run-1", new DeviceAssignment("block", "sys-usb", "sda", "*", "manual", [new NamedText("read-only", "yes")])),
        new DeviceDetached(Work, "run-1", "block", "sys-usb", "sda"),
        new RunObserved(
            Work,
            null,
            new Run("run-2", RunPhase.Started)
            {
                Xid = 14,
                StubdomXid = 15,
                Stubdom = new QubeId(new Guid("7d4c0f5e-98f0-4b1f-8a35-6f0b7c1b2a22")),
                StartedAtMicroseconds = 179_000_000_012,
                Activity = DomainActivity.Running,
                Wish = RunWish.Kill,
                Attached = [new DeviceAssignment("pci", "dom0", "00_1f.2", "*", "required", [])],
            },
            "a domain without a start"),
        new DevicesObserved(Work, "run-1", [new BlockDevice("sdb", "STICK", "DATA", false, null)]),
        new DeviceAttachRequested(Work, "run-1", new DeviceAssignment("block", "sys-usb", "sda", ":None", "manual", [new NamedText("frontend-dev", "xvdi")])),
        new DeviceDetachRequested(Work, "run-1", "block", "sys-usb", "sda"),
        new DeviceWishDropped(Work, "run-1", "block", "sys-usb", "sda", "the device has gone"),
        new HostObserved(new HostFacts
        {
            Hypervisor = "xen",
            MemoryMiB = 16384,
            Dom0MemoryMiB = 4096,
            Cpus = 8,
            CpuFamily = 6,
            CpuModel = 140,
            DefaultThinPool = "vm-pool",
            RootThinPool = "qubes_dom0/root-pool",
            TimeZone = "Europe/Berlin",
            Reflink = true,
            Kernels = [new HostKernel("6.6.1", true) { CommonOptions = "a", PciOptions = "b", HasInitramfs = true, SupportsMemoryHotplug = true }, new HostKernel("none", false)],
            PciDevices = [new PciDevice("00_1c.0-00_00.0", "0000:02:00.0", "020000", "0x10ec", "0x8168") { Vendor = "Realtek", Product = "RTL8111" }],
            BlockDevices =
            [
                new BlockDevice("sda", "DISK ONE", "BACKUP", false, null),
                new BlockDevice("sdb1", null, null, true, new DevicePort("usb", "2-1")) { ParentInterface = "1.0" },
            ],
        }),
        new MarkSet("before-upgrade", 4711),
        new MarkRemoved("before-upgrade"),
        new PolicyFileSet("/etc/qubes/policy.d/30-user.policy", "qubes.Filecopy * work @anyvm ask\n"),
        new PolicyFileRemoved("/etc/qubes/policy.d/30-user.policy"),
        new PolicyFileObserved(
            "/etc/qubes/policy.d/31-link.policy", PolicyFileKind.File, "# \u00e9\nbroken\n", null, "/etc/qubes/policy.d/include/real",
            "/etc/qubes/policy.d/31-link.policy:2:1: wrong number of fields; expected 5 or more"),
    ];
}
