using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Tags.</summary>
internal static class TagMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.tag.List", Forbidden, Forbidden, Any, Local, Read),
        Row("admin.vm.tag.Get", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.tag.Set", Required, Forbidden, Any, Local, ReadWrite),
        Row("admin.vm.tag.Remove", Required, Forbidden, Any, Local, ReadWrite),
    ];
}
