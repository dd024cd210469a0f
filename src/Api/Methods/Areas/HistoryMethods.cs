using static Qubes.Cqrs.Api.DestinationRule;
using static Qubes.Cqrs.Api.MethodAccess;
using static Qubes.Cqrs.Api.MethodRows;
using static Qubes.Cqrs.Api.MethodScope;
using static Qubes.Cqrs.Api.Presence;

namespace Qubes.Cqrs.Api;

/// <summary>What the log is good for beside reading: our own calls beside the standard ones.</summary>
/// <remarks>docs/undo.md, docs/forget.md, docs/replay.md.</remarks>
internal static class HistoryMethods
{
    // Columns: name, argument, payload, destination, scope, access, duration.
    internal static AdminMethod[] Rows =>
    [
        Row("qubes.cqrs.Mark", Required, Optional, AdminVm, Global, Write) with { IsOwn = true },
        Row("qubes.cqrs.Unmark", Required, Forbidden, AdminVm, Global, Write) with { IsOwn = true },
        Row("qubes.cqrs.Restore", Required, Required, AdminVm, Global, ReadWrite, Duration.Long) with { IsOwn = true },
        Row("qubes.cqrs.Revert", Forbidden, Required, AdminVm, Global, ReadWrite, Duration.Long) with { IsOwn = true },
        Row("qubes.cqrs.Apply", Required, Required, AdminVm, Global, ReadWrite, Duration.Long) with { IsOwn = true },
        Row("qubes.cqrs.Forget", Required, Forbidden, AdminVm, Global, Write, Duration.Long) with { IsOwn = true },
        Row("qubes.cqrs.Log", Forbidden, Required, AdminVm, Global, Read, Duration.Long) with { IsOwn = true },
        Row("qubes.cqrs.Rebuild", Required, Forbidden, AdminVm, Global, Write, Duration.Long) with { IsOwn = true },
    ];
}
