using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Notes.</summary>
internal static class NotesMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.notes.Get", Forbidden, Forbidden, NotAdminVm, Local, Read),
        Row("admin.vm.notes.Set", Forbidden, Required, NotAdminVm, Local, ReadWrite),
    ];
}
