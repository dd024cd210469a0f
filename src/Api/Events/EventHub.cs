using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Hands what the writer announces to the clients of <c>admin.Events</c>.</summary>
/// <remarks>
/// The writer never waits for a client: it only queues references. Filters and encoding run in the loops of the subscribers.
/// Behaviour: spec, wire protocol 3, 7 and 8.
/// </remarks>
public sealed class EventHub(EventHubOptions options, ILogger logger)
{
    private readonly Lock gate = new();
    private readonly List<Subscriber> everything = [];
    private readonly Dictionary<QubeId, List<Subscriber>> byQube = [];
    private int count;

    /// <summary>The number of subscribers.</summary>
    public int Subscribers => Volatile.Read(ref count);

    internal EventHubOptions Options { get; } = options;

    internal ILogger Logger { get; } = logger;

    /// <summary>Begins a subscription: everything published from now on waits for it.</summary>
    /// <param name="destination">The destination of the call: dom0 hears of everything, another qube only of itself.</param>
    /// <param name="isVisible">Whether the caller may hear of an announcement; null when it may of all. Runs in the subscriber's loop, not in the writer.</param>
    public Subscriber Subscribe(QubeId destination, Func<Moment, Announcement, bool>? isVisible = null)
    {
        var subscriber = new Subscriber(this, destination, isVisible);
        lock (gate)
        {
            if (ListOf(destination) is { } list)
            {
                list.Add(subscriber);
            }
            else
            {
                byQube[destination] = [subscriber];
            }

            count++;
        }

        return subscriber;
    }

    /// <summary>Queues announcements for everybody concerned, in this order; neither waits for clients nor throws.</summary>
    /// <param name="moment">When they happened: by that is judged who may hear of them.</param>
    /// <param name="announcements">In the order of the wire.</param>
    public void Publish(Moment moment, IReadOnlyList<Announcement> announcements)
    {
        if (Subscribers == 0)
        {
            return;
        }

        lock (gate)
        {
            for (var index = 0; index < announcements.Count; index++)
            {
                Publish(moment, announcements[index]);
            }
        }
    }

    internal void Remove(Subscriber subscriber)
    {
        lock (gate)
        {
            if (ListOf(subscriber.Destination) is { } list && list.Remove(subscriber))
            {
                Forget(subscriber.Destination, list);
            }
        }
    }

    private void Publish(Moment moment, Announcement announcement)
    {
        var concerned = announcement.Subject is { } subject && subject != QubeId.Dom0 ? byQube.GetValueOrDefault(subject) : null;
        if (concerned is null && everything.Count == 0)
        {
            return;
        }

        var message = new EventMessage(moment, announcement);
        if (!announcement.IsOfRemovedQube)
        {
            Offer(QubeId.Dom0, everything, message);
        }

        if (concerned is not null)
        {
            Offer(announcement.Subject!.Value, concerned, message); // somebody is concerned, so there is a subject
        }
    }

    private void Offer(QubeId destination, List<Subscriber> subscribers, EventMessage message)
    {
        for (var index = subscribers.Count - 1; index >= 0; index--)
        {
            if (!subscribers[index].TryOffer(message))
            {
                subscribers.RemoveAt(index);
                Forget(destination, subscribers);
            }
        }
    }

    private List<Subscriber>? ListOf(QubeId destination) => destination == QubeId.Dom0 ? everything : byQube.GetValueOrDefault(destination);

    private void Forget(QubeId destination, List<Subscriber> subscribers)
    {
        count--;
        if (subscribers.Count == 0)
        {
            byQube.Remove(destination);
        }
    }
}
