using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Hears of every commit, in order, right after it became durable and before its callers are answered.</summary>
/// <remarks>Must neither block nor throw.</remarks>
public interface ICommitObserver
{
    /// <summary>Events became durable and <paramref name="world"/> is in force.</summary>
    /// <param name="world">The new state.</param>
    /// <param name="events">The events of the commit.</param>
    void Committed(World world, ImmutableArray<RecordedEvent> events);

    /// <summary>Clients may hear of this now.</summary>
    /// <param name="moment">When it was decided.</param>
    /// <param name="announcements">In the order of the wire.</param>
    /// <param name="position">The position of the decision; null when it recorded nothing.</param>
    void Announced(Moment moment, EquatableArray<Announcement> announcements, LogPosition? position);
}
