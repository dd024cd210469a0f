using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Backups.</summary>
internal static class BackupMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.backup.Execute", Required, Forbidden, AdminVm, Global, ReadExecute, Duration.Long),
        Row("admin.backup.Cancel", Required, Forbidden, AdminVm, Global, ReadExecute),
        Row("admin.backup.Info", Required, Forbidden, AdminVm, Local, Read),
    ];
}
