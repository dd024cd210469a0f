using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Folds a history as it was and as it would have been, side by side.</summary>
/// <remarks>Facts are never refused, only reported when they do not fit what they meet in the altered history: rules are not asked again.</remarks>
/// <param name="start">The state before both part.</param>
/// <param name="isLeftOut">Whether an event is left out of the altered history.</param>
/// <param name="additions">The events that only the altered history has, in order.</param>
public sealed class AlteredHistory(World start, Func<RecordedEvent, bool> isLeftOut, IEnumerable<AddedEvent> additions)
{
    private readonly Queue<AddedEvent> waiting = new(additions.OrderBy(addition => addition.After));
    private readonly ImmutableArray<MisfitEvent>.Builder misfits = ImmutableArray.CreateBuilder<MisfitEvent>();

    /// <summary>The state as it was.</summary>
    public World Real { get; private set; } = start;

    /// <summary>The state as it would have been.</summary>
    public World Altered { get; private set; } = start;

    /// <summary>How many events were left out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>How many events were added.</summary>
    public int Added { get; private set; }

    /// <summary>The events that do not fit what they meet in the altered history.</summary>
    public ImmutableArray<MisfitEvent> Misfits => misfits.ToImmutable();

    /// <summary>Takes the next event of the log.</summary>
    public void Add(RecordedEvent recorded)
    {
        AddWaiting(before: recorded.Position);
        if (isLeftOut(recorded))
        {
            LeftOut++;
            Altered = Altered.At(recorded.Position);
        }
        else
        {
            if (recorded.Event is { } @event)
            {
                var known = EventFit.Faults(Real, @event, Real).ToHashSet(StringComparer.Ordinal);
                Report(recorded.Position, recorded.Type, EventFit.Faults(Altered, @event, Real).Where(fault => !known.Contains(fault)));
            }

            Altered = Evolve.Apply(Altered, recorded.Event, recorded.Position);
        }

        Real = Evolve.Apply(Real, recorded.Event, recorded.Position);
    }

    /// <summary>Ends both histories.</summary>
    public void Finish() => AddWaiting(before: null);

    private void AddWaiting(LogPosition? before)
    {
        while (waiting.TryPeek(out var next) && (before is null || next.After < before))
        {
            waiting.Dequeue();
            Added++;
            Report(null, EventCatalog.Of(next.Event).Alias, EventFit.Faults(Altered, next.Event, Real));
            Altered = Evolve.Apply(Altered, next.Event);
        }
    }

    private void Report(LogPosition? position, string type, IEnumerable<string> faults)
    {
        if (string.Join("; ", faults) is { Length: > 0 } reason)
        {
            misfits.Add(new MisfitEvent(position, type, reason));
        }
    }
}

/// <summary>An event that an altered history has.</summary>
/// <param name="After">The position that it follows.</param>
/// <param name="Event">The fact.</param>
public sealed record AddedEvent(LogPosition After, DomainEvent Event);

/// <summary>An event that does not fit what it meets.</summary>
/// <param name="Position">Where it stands; null for one that was added.</param>
/// <param name="Type">Its alias.</param>
/// <param name="Reason">What is missing.</param>
public sealed record MisfitEvent(LogPosition? Position, string Type, string Reason);
