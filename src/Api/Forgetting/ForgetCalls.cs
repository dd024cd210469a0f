using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.Forget</c>: erases what the log tells of a qube that is gone; answers with how many events that were.</summary>
/// <remarks>The argument is its UUID or the name that it had. docs/forget.md.</remarks>
internal static class ForgetCalls
{
    internal static void AddTo(AdminMethods methods, Func<string, CancellationToken, Task<ForgetPlan>> forget) =>
        methods.Serve("qubes.cqrs.Forget", async call =>
        {
            if (!call.Source.IsDom0)
            {
                throw new PermissionRefusedException("only dom0 may erase what the log holds");
            }

            var done = await forget(call.Argument, call.Ct).ConfigureAwait(false);
            using var json = new Utf8JsonWriter(call.Reply.Ok());
            json.WriteStartObject();
            json.WriteNumber("erased", done.Positions.Length);
            json.WriteNumber("restated", done.Restated.Length);
            json.WriteEndObject();
        });
}
