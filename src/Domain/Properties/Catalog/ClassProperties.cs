using static Qubes.Cqrs.Domain.PropertyKinds;

namespace Qubes.Cqrs.Domain;

/// <summary>The properties of each class.</summary>
/// <remarks>Source: spec, properties.yaml, common and the classes.</remarks>
internal static class ClassProperties
{
    private const int Late = 4;

    internal static IEnumerable<PropertyDefinition> Of(QubeClass @class) => Override(Common(@class), [.. Own(@class)]);

    private static IEnumerable<PropertyDefinition> Own(QubeClass @class) => @class switch
    {
        QubeClass.AdminVM => AdminVm,
        QubeClass.RemoteVM => RemoteVm,
        QubeClass.TemplateVM => Override(
            QubeProperties.All,
            LocalQube("netvm").WithDefault(PropertyValue.NoQube).Accepting(PropertyChecks.NetVm) with { Stage = Late },
            Text("appvm_default_bootmode").WithDefault(AppVmDefaultBootMode) with { Stage = Late }),
        QubeClass.AppVM => [.. QubeProperties.All, TemplateForDispVms, Template("template", allowNone: false) with { Stage = Late }],
        QubeClass.StandaloneVM => [.. QubeProperties.All, TemplateForDispVms],
        _ => DispVm,
    };

    private static PropertyDefinition TemplateForDispVms => Boolean("template_for_dispvms").WithDefault(false);

    private static IEnumerable<PropertyDefinition> AdminVm =>
    [
        Constant(Text("name"), PropertyValue.Of("dom0")),
        Constant(Integer("qid"), PropertyValue.Of(0)),
        Constant(Text("uuid"), PropertyValue.Of(QubeId.Dom0.ToString())),
        QubeProperties.DefaultDispVm,
        Boolean("include_in_backups").WithDefault(true),
        Constant(Boolean("updateable"), PropertyValue.True),
        QubeProperties.DevicesDenied,
        Text("keyboard_layout").WithDefault("us++").Accepting(KeyboardLayout.Accept),
        Integer("maxmem").WithDefault((world, _) => PropertyValue.Of(world.Host.Dom0MemoryMiB)) with { ReadOnly = true },
    ];

    private static IEnumerable<PropertyDefinition> DispVm => Override(
        QubeProperties.All,
        TemplateOfDisposable("template").Accepting(PropertyChecks.TemplateOfDisposable) with { Stage = Late },
        Integer("dispid") with { WriteOnce = true, IsTakenOver = false },
        Boolean("auto_cleanup").WithDefault(false),
        Boolean("include_in_backups").WithDefault((_, qube) => PropertyValue.Of(qube.Properties.Find("auto_cleanup") != PropertyValue.True)),
        LocalQube("default_dispvm")
            .WithDefault((_, qube) => qube.Properties.Find("template") ?? PropertyValue.NoQube)
            .Accepting(PropertyChecks.DisposableTemplate) with
        { Stage = Late },
        Boolean("is_preload").WithDefault((world, qube) => PropertyValue.Of(Preload.Lists(world, qube))) with { ReadOnly = true });

    private static IEnumerable<PropertyDefinition> RemoteVm =>
    [
        Boolean("include_in_backups").WithDefault(false),
        AnyQube("relayvm").WithDefault(PropertyValue.NoQube) with { Stage = Late },
        Text("remote_name").WithDefault(PropertyValue.NoText),
        Text("transport_rpc").WithDefault(PropertyValue.NoText),
    ];

    private static IEnumerable<PropertyDefinition> Common(QubeClass @class) =>
    [
        Text("name") with { WriteOnce = true, IsTakenOver = false },
        Integer("qid") with { WriteOnce = true, IsTakenOver = false },
        Text("uuid") with { WriteOnce = true, IsTakenOver = false, Parse = PropertyParsers.Uuid },
        Label("label"),
        Text("klass").WithDefault(@class.ToString()) with { ReadOnly = true },
        Text("icon").WithDefault(QubeIcon.Of) with { ReadOnly = true },
    ];

    private static PropertyValue AppVmDefaultBootMode(World world, Qube qube) =>
        PropertyValue.Of(qube.Features.Find("boot-mode.appvm-default") ?? "default");

    private static PropertyDefinition Constant(PropertyDefinition definition, PropertyValue value) =>
        definition.WithDefault(value) with { ReadOnly = true };

    private static IEnumerable<PropertyDefinition> Override(IEnumerable<PropertyDefinition> basic, params PropertyDefinition[] own) =>
        basic.Where(definition => own.All(other => other.Name != definition.Name)).Concat(own);
}
