using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>What the components of dom0 call, and what qubes report about themselves.</summary>
internal static class ComponentMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Unclassified(SocketKind.Internal, "internal.GetSystemInfo", Forbidden, Forbidden, AdminVm),
        Row("internal.vm.volume.ImportBegin", Required, Optional, Any, Local, ReadWrite) with { Socket = SocketKind.Internal },
        Unclassified(SocketKind.Internal, "internal.vm.volume.ImportEnd", Required, Required, Any),
        Unclassified(SocketKind.Internal, "internal.SuspendPre", Forbidden, Forbidden, AdminVm, Duration.Long),
        Unclassified(SocketKind.Internal, "internal.SuspendPost", Forbidden, Forbidden, AdminVm, Duration.Long),
        Unclassified(SocketKind.Misc, "qubes.FeaturesRequest", Forbidden, Forbidden, AdminVm),
        Unclassified(SocketKind.Misc, "qubes.NotifyTools", Forbidden, Forbidden, AdminVm),
        Unclassified(SocketKind.Misc, "qubes.NotifyUpdates", Forbidden, Required, AdminVm),
    ];
}
