using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The calls that start and stop qubes, and the console.</summary>
/// <remarks>Each answers when it is done; a client that hangs up stops nothing. Source: spec, admin-api.yaml; lifecycle.md 3 and 5.</remarks>
internal sealed class RunCalls(PowerRequests power)
{
    internal void AddTo(AdminMethods methods)
    {
        Add(methods, "admin.vm.Start", call => power.StartAsync(call.Destination.Id, call.ToCall(), call.Ct));
        Add(methods, "admin.vm.Shutdown", ShutdownAsync);
        Add(methods, "admin.vm.Kill", call => power.KillAsync(call.Destination.Id, call.ToCall(), call.Ct));
        Add(methods, "admin.vm.Pause", call => power.PauseAsync(call.Destination.Id, call.ToCall(), call.Ct));
        Add(methods, "admin.vm.Unpause", call => power.UnpauseAsync(call.Destination.Id, call.ToCall(), call.Ct));
        Add(methods, "admin.vm.Suspend", call => power.SuspendAsync(call.Destination.Id, call.ToCall(), call.Ct));
        Add(methods, "admin.vm.Resume", call => power.ResumeAsync(call.Destination.Id, call.ToCall(), call.Ct));
        methods.Serve("admin.vm.Console", async call => call.Reply.Ok(await power.ConsoleAsync(call.Destination.Id, call.Ct).ConfigureAwait(false)));
    }

    private static void Add(AdminMethods methods, string method, Func<AdminCall, Task> carryOut) => methods.Serve(method, async call =>
    {
        await carryOut(call).ConfigureAwait(false);
        call.Reply.Ok();
    });

    private Task ShutdownAsync(AdminCall call)
    {
        var words = call.Argument.Length > 0 ? call.Argument.Split('+') : [];
        return words.All(word => word is "force" or "wait")
            ? power.ShutdownAsync(call.Destination.Id, words.Contains("force"), words.Contains("wait"), call.ToCall(), call.Ct)
            : throw new InvalidRequestException("Argument must match: force, wait");
    }
}
