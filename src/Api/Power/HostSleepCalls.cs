using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api;

/// <summary><c>internal.SuspendPre</c> and <c>internal.SuspendPost</c>: the sleep of the host.</summary>
/// <remarks>A client that hangs up stops nothing: half of the qubes asleep would be worse. Source: spec, admin-api.yaml; lifecycle.md 6.</remarks>
internal sealed class HostSleepCalls(HostSuspension suspension)
{
    internal void AddTo(AdminMethods methods)
    {
        methods.Serve("internal.SuspendPre", call => ServeAsync(call, suspension.SuspendAsync(call.ToCall(), CancellationToken.None)));
        methods.Serve("internal.SuspendPost", call => ServeAsync(call, suspension.ResumeAsync(call.ToCall(), CancellationToken.None)));
    }

    private static async ValueTask ServeAsync(AdminCall call, Task work)
    {
        await work.WaitAsync(call.Ct).ConfigureAwait(false);
        call.Reply.Ok();
    }
}
