using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Features.</summary>
internal static class FeatureMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.feature.List", Forbidden, Forbidden, Any, Local, Read),
        Row("admin.vm.feature.Get", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.feature.CheckWithTemplate", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.feature.CheckWithNetvm", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.feature.CheckWithAdminVM", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.feature.CheckWithTemplateAndAdminVM", Required, Forbidden, Any, Local, Read),
        Row("admin.vm.feature.Remove", Required, Forbidden, Any, Local, ReadWrite),
        Row("admin.vm.feature.Set", Required, Optional, Any, Local, ReadWrite),
    ];
}
