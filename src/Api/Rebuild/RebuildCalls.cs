using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.Rebuild</c>: rebuilds a view from the log, and tells how it compared.</summary>
/// <remarks>docs/replay.md.</remarks>
internal static class RebuildCalls
{
    internal static void AddTo(AdminMethods methods, Func<string, CancellationToken, Task<RebuildReport>>? rebuild) => methods.Serve("qubes.cqrs.Rebuild", async call =>
    {
        if (!call.Source.IsDom0)
        {
            throw new PermissionRefusedException("only dom0 may have a view rebuilt");
        }

        var report = await (rebuild ?? throw new RefusedException("There is no log to rebuild a view from"))(call.Argument, call.Ct).ConfigureAwait(false);
        using var json = new Utf8JsonWriter(call.Reply.Ok());
        json.WriteStartObject();
        json.WriteString("view", report.View);
        json.WriteNumber("position", report.Position.Value);
        json.WriteNumber("checked", report.Checked);
        json.WriteBoolean("swapped", report.IsSwapped);
        json.WriteNumber("pausedMilliseconds", Math.Round(report.Paused.TotalMilliseconds, 1));
        json.WriteString("remark", report.Remark);
        json.WriteNumber("differenceCount", report.DifferenceCount);
        json.WriteStrings("differences", report.Differences);
        json.WriteEndObject();
    });
}
