using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A decision under way: the world as it would be, what would be recorded, what would be announced, in order.</summary>
/// <remarks>Rules write into a draft and refuse by throwing a <see cref="DomainException"/>; a draft that is thrown away leaves no trace.
/// Local to one decision, so it needs no lock; from outside a decision is a pure function of world and command.</remarks>
public sealed class Draft(World world, Caller caller)
{
    private readonly ImmutableArray<DomainEvent>.Builder events = ImmutableArray.CreateBuilder<DomainEvent>();
    private readonly ImmutableArray<Announcement>.Builder announcements = ImmutableArray.CreateBuilder<Announcement>();

    /// <summary>The world with everything recorded so far.</summary>
    public World World { get; private set; } = world;

    /// <summary>Who asks, and when.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>What was announced so far.</summary>
    public EquatableArray<Announcement> Announced => new(announcements.ToImmutable());

    /// <summary>Records a fact, which is in force at once.</summary>
    public void Record(DomainEvent @event)
    {
        events.Add(@event);
        World = Evolve.Apply(World, @event);
    }

    /// <summary>Announces something about a qube, or about the system.</summary>
    public void Announce(Qube? subject, string @event, params ReadOnlySpan<AnnouncementArgument> arguments) =>
        announcements.Add(new Announcement(subject?.Id, subject?.Name ?? "", @event, new([.. arguments])));

    /// <summary>The decision as it stands.</summary>
    public Decision ToDecision() => new(new(events.ToImmutable()), Announced, World);
}

/// <summary>What was decided.</summary>
/// <param name="Events">What is to be recorded; none means that there was nothing to do.</param>
/// <param name="Announcements">What clients are told once the events are durable.</param>
/// <param name="After">The world after the events.</param>
public sealed record Decision(EquatableArray<DomainEvent> Events, EquatableArray<Announcement> Announcements, World After);

/// <summary>Who asks for a change, and when.</summary>
/// <param name="Source">The calling qube.</param>
/// <param name="Time">The time of the decision (UTC).</param>
public sealed record Caller(QubeId Source, DateTimeOffset Time);
