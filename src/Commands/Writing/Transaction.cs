using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the decisions of a batch come to: events for the log, changes for the journal of disposables, and what observers hear.</summary>
/// <param name="start">The durable state that the first decision starts from.</param>
/// <param name="dividesEvents">Whether what tells of disposables goes to the journal; otherwise everything goes to the log.</param>
internal sealed class Transaction(World start, bool dividesEvents)
{
    private readonly ImmutableArray<PendingEvent>.Builder kept = ImmutableArray.CreateBuilder<PendingEvent>();
    private readonly ImmutableArray<EphemeralEntry>.Builder ephemeral = ImmutableArray.CreateBuilder<EphemeralEntry>();
    private readonly List<Heard> heard = [];
    private readonly LogPosition startsAfter = start.Position;
    private bool isPlain = true;

    /// <summary>The state after everything that was added.</summary>
    internal World World { get; private set; } = start;

    /// <summary>The events for the log.</summary>
    internal ImmutableArray<PendingEvent> Kept => kept.ToImmutable();

    /// <summary>What goes to the journal, or null.</summary>
    internal EphemeralBatch? Ephemeral => ephemeral.Count == 0
        ? null
        : new EphemeralBatch(startsAfter, kept.Count, kept.Count == 0 ? "" : kept[0].Metadata.CorrelationId, ephemeral.ToImmutable());

    /// <summary>Whether there is nothing to write.</summary>
    internal bool IsEmpty => kept.Count == 0 && ephemeral.Count == 0;

    /// <summary>Adds a decision that was made on <see cref="World"/>.</summary>
    internal void Add(Decision decision, Call call, DateTimeOffset now)
    {
        var metadata = call.ToMetadata();
        var usual = Announcements.Of(decision.After, decision.Events);
        var first = usual == decision.Announcements ? metadata : metadata with { Announced = decision.Announcements };
        if (dividesEvents)
        {
            Divide(decision, first, metadata, now);
            return;
        }

        for (var index = 0; index < decision.Events.Count; index++)
        {
            kept.Add(new PendingEvent(decision.Events[index], now, index == 0 ? first : metadata));
        }

        World = decision.After.At(new LogPosition(World.Position.Value + decision.Events.Count));
    }

    /// <summary>What observers hear: each event as it was decided, whoever holds it.</summary>
    /// <param name="recorded">The events that the log holds now.</param>
    /// <param name="firstNumber">The number of the first event that the journal alone holds.</param>
    internal ImmutableArray<RecordedEvent> Hear(ImmutableArray<RecordedEvent> recorded, long firstNumber)
    {
        if (isPlain)
        {
            return recorded;
        }

        var (next, number) = (0, firstNumber);
        var all = ImmutableArray.CreateBuilder<RecordedEvent>(heard.Count);
        foreach (var one in heard)
        {
            next += one.Kept;
            all.Add(one.Kept > 0
                ? recorded[next - 1] with { Type = EventCatalog.Of(one.Event).Alias, Event = one.Event, Metadata = one.Metadata }
                : new RecordedEvent(
                    new LogPosition(startsAfter.Value + next), Guid.CreateVersion7(one.Time), one.Event.Stream, default, one.Time,
                    EventCatalog.Of(one.Event).Alias, one.Event, one.Metadata)
                { EphemeralNumber = one.IsNumbered ? number++ : null });
        }

        return all.ToImmutable();
    }

    private void Divide(Decision decision, EventMetadata first, EventMetadata others, DateTimeOffset now)
    {
        var before = World;
        var divisions = new Division[decision.Events.Count];
        var world = before;
        for (var index = 0; index < divisions.Length; index++)
        {
            divisions[index] = Retentions.Divide(world, decision.Events[index]);
            world = divisions[index].After;
        }

        var keptCount = divisions.Sum(division => division.Kept.Length);
        World = world.At(new LogPosition(before.Position.Value + keptCount));
        var told = before.Apart is null && world.Apart is null ? null : new KeptTelling(before, world, decision, divisions);
        isPlain &= told is null;
        for (var index = 0; index < divisions.Length; index++)
        {
            var (division, metadata) = (divisions[index], index == 0 ? first : others);
            foreach (var @event in division.Kept)
            {
                kept.Add(new PendingEvent(@event, now, told?.Next(others) ?? metadata));
            }

            ephemeral.AddRange(division.Ephemeral.Select(change => new EphemeralEntry(change, now, metadata)));
            heard.Add(new Heard(decision.Events[index], now, metadata, division.Kept.Length, division.Ephemeral is [{ IsWhole: false }, ..]));
        }
    }

    private sealed record Heard(DomainEvent Event, DateTimeOffset Time, EventMetadata Metadata, int Kept, bool IsNumbered);

    /// <summary>The metadata for the log of a decision that disposables have to do with.</summary>
    private sealed class KeptTelling(World before, World after, Decision decision, Division[] divisions)
    {
        private readonly KeptMetadata form = new(before, after);
        private bool isFirst = true;

        internal EventMetadata Next(EventMetadata metadata)
        {
            var told = form.Of(metadata);
            if (!isFirst)
            {
                return told;
            }

            isFirst = false;
            var announced = form.Of(decision.Announcements);
            var usual = Announcements.Of(after.Kept, divisions.SelectMany(division => division.Kept).ToEquatableArray());
            return usual == announced ? told : told with { Announced = announced };
        }
    }
}
