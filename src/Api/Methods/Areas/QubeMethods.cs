using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Qubes as such: listing, creating, removing, watching.</summary>
internal static class QubeMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vmclass.List", Forbidden, Forbidden, AdminVm, Global, Read),
        Row("admin.vm.List", Forbidden, Forbidden, Any, Global, Read),
        Row("admin.Events", Forbidden, Forbidden, Any, Global, Read, Duration.Long) with { IsCancellable = true },
        .. Each(QubeClasses, Row("admin.vm.Create.{endpoint}", Optional, Optional, AdminVm, Global, ReadWrite, Duration.Long)),
        .. Each(QubeClasses, Row("admin.vm.CreateInPool.{endpoint}", Optional, Optional, AdminVm, Global, ReadWrite, Duration.Long)),
        Row("admin.vm.CreateDisposable", Optional, Optional, Any, Global, ReadWrite, Duration.Long),
        Row("admin.vm.Remove", Forbidden, Forbidden, Any, Global, ReadWrite, Duration.Long),
    ];
}
