using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Starting, stopping and what lies between.</summary>
internal static class PowerMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.Console", Forbidden, Forbidden, Any, Local, ReadWrite),
        Row("admin.vm.Start", Forbidden, Forbidden, Any, Local, ReadExecute, Duration.Long),
        Row("admin.vm.Shutdown", Optional, Forbidden, Any, Local, ReadExecute, Duration.LongWithWait),
        Row("admin.vm.Pause", Forbidden, Forbidden, Any, Local, ReadExecute),
        Row("admin.vm.Unpause", Forbidden, Forbidden, Any, Local, ReadExecute),
        Row("admin.vm.Suspend", Forbidden, Forbidden, Any, Local, ReadExecute, Duration.Long),
        Row("admin.vm.Resume", Forbidden, Forbidden, Any, Local, ReadExecute, Duration.Long),
        Row("admin.vm.Kill", Forbidden, Forbidden, Any, Local, ReadExecute, Duration.Long),
        Row("admin.vm.Stats", Forbidden, Forbidden, Any, Global, Read, Duration.Long) with { IsCancellable = true },
        Row("admin.vm.CurrentState", Forbidden, Forbidden, Any, Local, Read),
    ];
}
