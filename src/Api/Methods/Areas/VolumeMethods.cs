using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>The volumes of qubes.</summary>
internal static class VolumeMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.volume.List", Forbidden, Forbidden, Any, Local, Read),
        Row("admin.vm.volume.Info", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.volume.ListSnapshots", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.volume.Revert", Required, Required, Any, Local, ReadWrite),
        Row("admin.vm.volume.CloneFrom", Required, Forbidden, Any, Local, ReadWrite),
        Row("admin.vm.volume.CloneTo", Required, Required, Any, Local, ReadWrite, Duration.Long),
        Row("admin.vm.volume.Resize", Required, Required, Any, Local, ReadWrite, Duration.Long),
        Row("admin.vm.volume.Clear", Required, Forbidden, Any, Local, ReadWrite, Duration.Long),
        Row("admin.vm.volume.Set.revisions_to_keep", Required, Required, Any, Local, ReadWrite),
        Row("admin.vm.volume.Set.rw", Required, Required, Any, Local, ReadWrite),
        Row("admin.vm.volume.Set.ephemeral", Required, Required, Any, Local, ReadWrite),
        Row("admin.vm.volume.Import", Required, Required, Any, Local, ReadWrite, Duration.Long) with { Socket = null },
        Row("admin.vm.volume.ImportWithSize", Required, Required, Any, Local, ReadWrite, Duration.Long) with { Socket = null },
        Seed("admin.vm.volume.Snapshot", Required, Forbidden, Any, Local, ReadWrite),
    ];
}
