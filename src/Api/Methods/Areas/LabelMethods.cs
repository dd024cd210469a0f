using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Labels.</summary>
internal static class LabelMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.label.List", Forbidden, Forbidden, AdminVm, Global, Read),
        Row("admin.label.Get", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.label.Index", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.label.Create", Required, Required, AdminVm, Global, ReadWrite),
        Row("admin.label.Remove", Required, Forbidden, AdminVm, Global, ReadWrite),
    ];
}
