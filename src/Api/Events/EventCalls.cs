namespace Qubes.Cqrs.Api;

/// <summary><c>admin.Events</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.Events.</remarks>
internal static class EventCalls
{
    internal static async ValueTask SubscribeAsync(EventHub hub, CallPolicy policy, AdminCall call)
    {
        using var subscriber = hub.Subscribe(call.Destination.Id, policy.EventFilter(call.Source));
        await subscriber.RunAsync(call.Request.OpenStream()).ConfigureAwait(false);
    }
}
