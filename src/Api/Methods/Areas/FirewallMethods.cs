using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Firewalls.</summary>
internal static class FirewallMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("admin.vm.firewall.Get", Forbidden, Forbidden, NotAdminVm, Local, Read),
        Row("admin.vm.firewall.Set", Forbidden, Required, NotAdminVm, Local, ReadWrite),
        Row("admin.vm.firewall.Reload", Forbidden, Forbidden, NotAdminVm, Local, ReadExecute),
    ];
}
