using static Qubes.Cqrs.Domain.PropertyKinds;

namespace Qubes.Cqrs.Domain;

/// <summary>The properties of the global object.</summary>
/// <remarks>Source: spec, properties.yaml, global.</remarks>
internal static class GlobalProperties
{
    private const int Stage = 3;

    internal static IEnumerable<PropertyDefinition> All => Definitions.Select(definition => definition with { Stage = Stage });

    private static IEnumerable<PropertyDefinition> Definitions =>
    [
        Boolean("check_updates_vm").WithDefault(true),
        LocalQube("clockvm").WithDefault(PropertyValue.NoQube),
        LocalQube("default_audiovm").WithDefault(PropertyValue.Dom0),
        LocalQube("default_dispvm").WithDefault(PropertyValue.NoQube).Accepting(PropertyChecks.DisposableTemplate),
        LocalQube("default_guivm").WithDefault(PropertyValue.Dom0),
        Text("default_kernel"),
        LocalQube("default_netvm").WithDefault(PropertyValue.NoQube).Accepting(PropertyChecks.DefaultNetVm),
        Text("default_pool").WithGlobalDefault(DefaultPools.Default).Accepting(DefaultPools.Accept),
        Pool("default_pool_kernel"),
        Pool("default_pool_private"),
        Pool("default_pool_root"),
        Pool("default_pool_volatile"),
        Integer("default_qrexec_timeout").WithDefault(60),
        Integer("default_shutdown_timeout").WithDefault(60),
        Template("default_template", allowNone: true),
        LocalQube("management_dispvm").WithDefault(PropertyValue.NoQube).Accepting(PropertyChecks.DisposableTemplate),
        Integer("maxmem").WithGlobalDefault(world => PropertyValue.Of(world.Host.MemoryMiB)) with { ReadOnly = true },
        Integer("no_cpus").WithGlobalDefault(world => PropertyValue.Of(world.Host.Cpus)) with { ReadOnly = true },
        Integer("stats_interval").WithDefault(3),
        LocalQube("updatevm").WithDefault(PropertyValue.NoQube),
    ];

    private static PropertyDefinition Pool(string name) =>
        Text(name).WithGlobalDefault(world => PropertyValues.Get(world, null, "default_pool")).Accepting(DefaultPools.Accept);
}
