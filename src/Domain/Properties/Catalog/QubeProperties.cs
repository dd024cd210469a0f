using static Qubes.Cqrs.Domain.PropertyKinds;

namespace Qubes.Cqrs.Domain;

/// <summary>The properties that template, app, standalone and disposable qubes share.</summary>
/// <remarks>Source: spec, properties.yaml, QubesVM.</remarks>
internal static class QubeProperties
{
    private const int Late = 4;

    internal static IEnumerable<PropertyDefinition> All =>
    [
        .. Network,
        .. Power,
        LocalQube("audiovm").WithDefault((world, _) => PropertyValues.Get(world, null, "default_audiovm")) with { Stage = Late },
        Boolean("autostart").WithDefault(false),
        Integer("backup_timestamp").WithDefault(PropertyValue.NoInteger),
        Boolean("debug").WithDefault(false),
        DefaultDispVm,
        Inherited(Text("default_user"), _ => PropertyValue.Of("user")).Accepting(PropertyChecks.UserName),
        DevicesDenied,
        LocalQube("guivm").WithDefault((world, _) => PropertyValues.Get(world, null, "default_guivm")) with { Stage = Late },
        Boolean("include_in_backups").WithDefault(true),
        Boolean("installed_by_rpm").WithDefault(false),
        Text("keyboard_layout").WithDefault(KeyboardLayout.Default).Accepting(KeyboardLayout.Accept),
        Inherited(LocalQube("management_dispvm"), world => PropertyValues.Get(world, null, "management_dispvm"))
            .Accepting(PropertyChecks.DisposableTemplate) with { Stage = Late },
        Boolean("updateable").WithDefault((world, qube) => PropertyValue.Of(Templates.Of(world, qube) is null)) with { ReadOnly = true },
    ];

    internal static PropertyDefinition DefaultDispVm => LocalQube("default_dispvm")
        .WithDefault((world, _) => PropertyValues.Get(world, null, "default_dispvm"))
        .Accepting(PropertyChecks.DisposableTemplate) with
    { Stage = Late };

    internal static PropertyDefinition DevicesDenied => Text("devices_denied").WithDefault("").Accepting(PropertyChecks.Interfaces);

    private static IEnumerable<PropertyDefinition> Network =>
    [
        Computed("dns", NetworkValues.Dns),
        Computed("gateway", NetworkValues.Gateway),
        Computed("gateway6", NetworkValues.Gateway6),
        Text("ip").WithDefault((world, qube) => TextOrNone(NetworkValues.Ip(world, qube))) with { Parse = PropertyParsers.IPv4 },
        Text("ip6").WithDefault((world, qube) => TextOrNone(NetworkValues.Ip6(world, qube))) with { Parse = PropertyParsers.IPv6 },
        Text("mac").WithDefault("00:16:3e:5e:6c:00").Accepting(PropertyChecks.Mac),
        LocalQube("netvm").WithDefault((world, _) => PropertyValues.Get(world, null, "default_netvm"))
            .Accepting(PropertyChecks.NetVm) with { Stage = Late },
        Boolean("provides_network").WithDefault(false).Accepting(PropertyChecks.ProvidesNetwork),
        Computed("visible_gateway", NetworkValues.VisibleGateway),
        Computed("visible_gateway6", NetworkValues.VisibleGateway6),
        Computed("visible_ip", NetworkValues.VisibleIp),
        Computed("visible_ip6", NetworkValues.Ip6),
        Computed("visible_netmask", NetworkValues.VisibleNetmask),
    ];

    private static IEnumerable<PropertyDefinition> Power =>
    [
        Text("bootmode").WithDefault(KernelDefaults.BootMode) with { Stage = Late },
        Inherited(Text("kernel"), world => PropertyValues.Get(world, null, "default_kernel")).Accepting(PropertyChecks.Kernel),
        Text("kernelopts").WithDefault(KernelDefaults.Options).Accepting(PropertyChecks.KernelOptions) with { Stage = Late },
        Integer("maxmem").WithDefault(MemoryDefaults.MaxMem).Accepting(PropertyChecks.PositiveOrZero),
        Inherited(Integer("memory"), _ => PropertyValue.Of(400)).Accepting(PropertyChecks.Positive),
        Inherited(Integer("qrexec_timeout"), world => PropertyValues.Get(world, null, "default_qrexec_timeout")).Accepting(PropertyChecks.Positive),
        Inherited(Integer("shutdown_timeout"), world => PropertyValues.Get(world, null, "default_shutdown_timeout")).Accepting(PropertyChecks.Positive),
        Text("start_time").WithDefault(RunValues.StartTime) with { ReadOnly = true },
        Integer("stubdom_mem").WithDefault(PropertyValue.NoInteger).Accepting(PropertyChecks.Positive),
        Text("stubdom_uuid").WithDefault(RunValues.StubdomUuid) with { ReadOnly = true },
        Integer("stubdom_xid").WithDefault(RunValues.StubdomXid) with { ReadOnly = true },
        Inherited(Integer("vcpus"), _ => PropertyValue.Of(2)).Accepting(PropertyChecks.Positive),
        Text("virt_mode").WithDefault(VirtMode).Accepting(PropertyChecks.VirtMode),
        Integer("xid").WithDefault(RunValues.Xid) with { ReadOnly = true },
    ];

    private static PropertyValue? VirtMode(World world, Qube qube) => qube.Devices.Any(device => device.Class == "pci")
        ? PropertyValue.Of("hvm")
        : Templates.Inherit(world, qube, "virt_mode", () => PropertyValue.Of("pvh"));

    private static PropertyDefinition Inherited(PropertyDefinition definition, Func<World, PropertyValue?> otherwise) =>
        definition.WithDefault((world, qube) => Templates.Inherit(world, qube, definition.Name, () => otherwise(world)));

    private static PropertyDefinition Computed(string name, Func<World, Qube, string?> rule) =>
        Text(name).WithDefault((world, qube) => TextOrNone(rule(world, qube))) with { ReadOnly = true };

    private static PropertyValue TextOrNone(string? text) => text is null ? PropertyValue.NoText : PropertyValue.Of(text);
}
