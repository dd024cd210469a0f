using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.State</c> and <c>qubes.cqrs.Changes</c>: the whole state in one call, and a stream that keeps a copy of it current.</summary>
/// <remarks>docs/bulk-read.md.</remarks>
internal static class BulkCalls
{
    internal static void AddTo(AdminMethods methods, StateChanges changes, CallPolicy policy)
    {
        methods.Serve("qubes.cqrs.State", call => ReadAsync(call, changes, policy));
        methods.Serve("qubes.cqrs.Changes", call => FollowAsync(call, changes, policy));
    }

    private static async ValueTask ReadAsync(AdminCall call, StateChanges changes, CallPolicy policy)
    {
        var parts = await changes.ShowAsync(new CallerView(call.World, policy.Of(call.World, call.Source)), null).ConfigureAwait(false);
        parts.WriteTo(call.Reply.Ok());
    }

    private static async ValueTask FollowAsync(AdminCall call, StateChanges changes, CallPolicy policy)
    {
        var position = ReadPosition(call.Argument);
        changes.Enter();
        try
        {
            await new StateFollower(changes, policy, call.Source.Id).RunAsync(call.Request.OpenStream(), position, call.World).ConfigureAwait(false);
        }
        finally
        {
            changes.Leave();
        }
    }

    private static LogPosition ReadPosition(string argument) =>
        long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new LogPosition(position)
            : throw new InvalidRequestException("expected a position");
}
