using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Devices.</summary>
internal static class DeviceMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.deviceclass.List", Forbidden, Forbidden, AdminVm, Global, Read),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Available", Optional, Forbidden, Any, Local, Read)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Assigned", Optional, Forbidden, Any, Local, Read)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Attached", Optional, Forbidden, Any, Local, Read)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Assign", Required, Required, Any, Local, ReadWrite)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Unassign", Required, Forbidden, Any, Local, ReadWrite)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Attach", Required, Optional, Any, Local, ReadExecute, Duration.Long)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Detach", Required, Forbidden, Any, Local, ReadExecute)),
        .. EachDevice(Row("admin.vm.device.{endpoint}.Set.assignment", Required, Required, Any, Local, ReadWrite)),
        Row("admin.vm.device.denied.List", Forbidden, Forbidden, Any, Local, Read),
        Row("admin.vm.device.denied.Add", Forbidden, Optional, Any, Local, ReadWrite),
        Row("admin.vm.device.denied.Remove", Forbidden, Optional, Any, Local, ReadWrite),
        .. EachDevice(Seed("admin.vm.device.{endpoint}.List", Optional, Forbidden, Any, Local, Read)),
        .. EachDevice(Seed("admin.vm.device.{endpoint}.Set.persistent", Required, Required, Any, Local, ReadWrite)),
    ];
}
