namespace Qubes.Cqrs.Domain;

/// <summary>What clients are told of events when nothing else was recorded with them.</summary>
public static class Announcements
{
    /// <summary>The announcements that an event gives by itself, in the original's order.</summary>
    /// <param name="world">A world in which the qubes that the event names are found: before it for a removal, after it otherwise.</param>
    /// <param name="event">The event.</param>
    public static IEnumerable<Announcement> Of(World world, DomainEvent @event) => [];
}
