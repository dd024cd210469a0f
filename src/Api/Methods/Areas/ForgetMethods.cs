using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>Erasing from the log: our own call beside the standard ones.</summary>
/// <remarks>docs/forget.md.</remarks>
internal static class ForgetMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("qubes.cqrs.Forget", Required, Forbidden, AdminVm, Global, Write, Duration.Long) with { IsOwn = true },
    ];
}
