using System.Collections.Immutable;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What a journal of disposables holds.</summary>
/// <param name="Log">The log that it belongs to: the id of the log's first event.</param>
/// <param name="NextNumber">The number of the next event.</param>
/// <param name="Batches">Its batches in order; a torn one at the end is left out.</param>
public sealed record JournalContents(Guid Log, long NextNumber, ImmutableArray<JournalBatch> Batches)
{
    /// <summary>Its events that have a number, in order, each at the position of the log that it followed.</summary>
    public IEnumerable<RecordedEvent> Events()
    {
        foreach (var (first, batch) in Batches)
        {
            var number = first;
            foreach (var (change, time, metadata) in batch.Entries.Where(entry => !entry.Change.IsWhole))
            {
                var @event = change.Events[0];
                yield return new RecordedEvent(
                    batch.After, Guid.Empty, change.Subject, default, time, EventCatalog.Of(@event).Alias, @event, metadata)
                { EphemeralNumber = number++ };
            }
        }
    }
}

/// <summary>A batch as the journal holds it.</summary>
/// <param name="FirstNumber">The number of its first event; what states a subject as it is has no number.</param>
/// <param name="Batch">The changes.</param>
public sealed record JournalBatch(long FirstNumber, EphemeralBatch Batch);
