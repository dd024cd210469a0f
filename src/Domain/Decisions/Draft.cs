using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A decision under way: the world as it would be, what would be recorded, what would be announced, in order.</summary>
/// <remarks>Rules write into a draft and refuse by throwing a <see cref="DomainException"/>; a draft that is thrown away leaves no trace.
/// Local to one decision, so it needs no lock; from outside a decision is a pure function of world and command.</remarks>
/// <param name="world">The world that the decision starts from.</param>
/// <param name="caller">Who asks, and when.</param>
/// <param name="reactions">What follows from changes; <see cref="Domain.Reactions.All"/> if not given.</param>
public sealed class Draft(World world, Caller caller, ImmutableArray<Reaction>? reactions = null)
{
    /// <summary>How many changes may each be the consequence of the one before.</summary>
    private const int MostLevels = 50;

    private readonly ImmutableArray<DomainEvent>.Builder events = ImmutableArray.CreateBuilder<DomainEvent>();
    private readonly ImmutableArray<Announcement>.Builder announcements = ImmutableArray.CreateBuilder<Announcement>();
    private ImmutableArray<Announcement>.Builder? last;
    private int level;

    /// <summary>The world with everything recorded so far.</summary>
    public World World { get; private set; } = world;

    /// <summary>Who asks, and when.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>What follows from changes, in the order in which it acts.</summary>
    public ImmutableArray<Reaction> Reactions { get; } = reactions ?? Domain.Reactions.All;

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

    /// <summary>Announces something when all else is announced: what the change sets going rather than what belongs to it.</summary>
    public void AnnounceLast(Qube subject, string @event, params ReadOnlySpan<AnnouncementArgument> arguments) =>
        (last ??= ImmutableArray.CreateBuilder<Announcement>()).Add(new Announcement(subject.Id, subject.Name, @event, new([.. arguments])));

    /// <summary>Lets every reaction act, one after the other.</summary>
    /// <exception cref="RefusedException">Changes follow from one another without end.</exception>
    public void React<TChange>(TChange change, Action<Reaction, Draft, TChange> hook)
    {
        if (++level > MostLevels)
        {
            throw new RefusedException("Too many changes would follow from one another");
        }

        foreach (var reaction in Reactions)
        {
            hook(reaction, this, change);
        }

        level--;
    }

    /// <summary>The decision as it stands.</summary>
    public Decision ToDecision() =>
        new(new(events.ToImmutable()), last is null ? Announced : new([.. announcements, .. last]), World);
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
