using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>The bulk read: our own calls beside the standard ones.</summary>
/// <remarks>docs/bulk-read.md.</remarks>
internal static class BulkMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("qubes.cqrs.State", Forbidden, Forbidden, AdminVm, Global, Read) with { IsOwn = true },
        Row("qubes.cqrs.Changes", Required, Forbidden, AdminVm, Global, Read, Duration.Long) with { IsOwn = true, IsCancellable = true },
    ];
}
