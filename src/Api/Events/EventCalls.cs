namespace Qubes.Cqrs.Api;

/// <summary><c>admin.Events</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.Events.</remarks>
internal sealed class EventCalls(EventHub hub)
{
    internal async ValueTask SubscribeAsync(AdminCall call)
    {
        using var subscriber = hub.Subscribe(call.Destination.Id, CallPolicy.EventFilter(call.Source));
        await subscriber.RunAsync(call.Request.OpenStream()).ConfigureAwait(false);
    }
}
