using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>The properties of qubes and of the system.</summary>
internal static class PropertyMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.property.List", Forbidden, Forbidden, Any, Local, Read),
        Row("admin.property.List", Forbidden, Forbidden, AdminVm, Global, Read),
        Row("admin.vm.property.Get", Required, Forbidden, Any, Local, Read),
        Row("admin.property.Get", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.vm.property.GetAll", Forbidden, Forbidden, Any, Local, Read),
        Row("admin.property.GetAll", Forbidden, Forbidden, AdminVm, Global, Read),
        Row("admin.vm.property.GetDefault", Required, Forbidden, Any, Local, Read),
        Row("admin.property.GetDefault", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.vm.property.Set", Required, Optional, Any, Local, ReadWrite),
        Row("admin.property.Set", Required, Optional, AdminVm, Global, ReadWrite),
        Row("admin.vm.property.Help", Required, Forbidden, Any, Local, Read),
        Row("admin.property.Help", Required, Forbidden, AdminVm, Global, Read),
        Row("admin.vm.property.Reset", Required, Forbidden, Any, Local, ReadWrite),
        Row("admin.property.Reset", Required, Forbidden, AdminVm, Global, ReadWrite),
        Seed("admin.property.HelpRst", Required, Forbidden, AdminVm, Global, Read),
        Seed("admin.vm.property.HelpRst", Required, Forbidden, Any, Local, Read),
    ];
}
