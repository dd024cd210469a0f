using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>A log in memory whose next appends go wrong as the test says. The real log has tests of its own against PostgreSQL.</summary>
internal sealed class ScriptedLog(LogPosition head) : IEventAppender
{
    private ImmutableArray<RecordedEvent> pending = [];

    public enum Fault
    {
        None,
        Unavailable,
        BreaksBeforeCommit,
        BreaksAfterCommit,
        Lost,
    }

    public Queue<Fault> Faults { get; } = new();

    public Queue<Fault> Recoveries { get; } = new();

    public List<RecordedEvent> Stored { get; } = [];

    public int Appends { get; private set; }

    public SemaphoreSlim? Gate { get; set; }

    public LogPosition Head { get; private set; } = head;

    public async ValueTask<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<PendingEvent> events, CancellationToken ct)
    {
        Appends++;
        if (Gate is not null)
        {
            await Gate.WaitAsync(ct);
        }

        var recorded = events.Select((pendingEvent, index) => new RecordedEvent(
            new LogPosition(Head.Value + 1 + index), Guid.NewGuid(), pendingEvent.Event.Stream, default, pendingEvent.Time,
            EventCatalog.Of(pendingEvent.Event).Alias, pendingEvent.Event, pendingEvent.Metadata)).ToImmutableArray();
        switch (Faults.Count > 0 ? Faults.Dequeue() : Fault.None)
        {
            case Fault.Unavailable:
                throw new EventLogUnavailableException("scripted");
            case Fault.BreaksBeforeCommit:
                throw new AppendOutcomeUnknownException("scripted");
            case Fault.BreaksAfterCommit:
                pending = recorded;
                throw new AppendOutcomeUnknownException("scripted");
            case Fault.Lost:
                throw new WriterLostException("scripted");
        }

        Store(recorded);
        return recorded;
    }

    public ValueTask<ImmutableArray<RecordedEvent>> RecoverAsync(CancellationToken ct)
    {
        switch (Recoveries.Count > 0 ? Recoveries.Dequeue() : Fault.None)
        {
            case Fault.Unavailable:
                throw new EventLogUnavailableException("scripted");
            case Fault.Lost:
                throw new WriterLostException("scripted");
        }

        var adopted = pending;
        pending = [];
        Store(adopted);
        return new(adopted);
    }

    private void Store(ImmutableArray<RecordedEvent> recorded)
    {
        Stored.AddRange(recorded);
        Head = new LogPosition(Head.Value + recorded.Length);
    }
}
