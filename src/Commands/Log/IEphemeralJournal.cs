using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The writing end of the journal of disposables: survives the daemon, not the host. Used by the writer loop alone.</summary>
/// <remarks>docs/adr/0005-ephemeral.md.</remarks>
public interface IEphemeralJournal
{
    /// <summary>Writes what a transaction changes beside the log; returns the number of its first event that the log does not hold.</summary>
    /// <exception cref="EphemeralJournalException">It cannot be written; nothing was.</exception>
    long Append(EphemeralBatch batch);

    /// <summary>Takes the last batch back: the events of the log that belong to it were not committed.</summary>
    void TakeBack();

    /// <summary>The last batch counts; <paramref name="world"/> is in force. The time to make the journal shorter.</summary>
    void Settle(World world);
}

/// <summary>What a transaction changes beside the log.</summary>
/// <param name="After">The last position of the log before the transaction.</param>
/// <param name="Kept">How many events the same transaction appends to the log; without them this batch does not count.</param>
/// <param name="Correlation">The correlation id of the first of these; empty when there are none.</param>
/// <param name="Entries">The changes in order.</param>
public sealed record EphemeralBatch(LogPosition After, int Kept, string Correlation, ImmutableArray<EphemeralEntry> Entries);

/// <summary>A change that the log does not tell, with who caused it.</summary>
/// <param name="Change">The change.</param>
/// <param name="Time">When it was decided (UTC).</param>
/// <param name="Metadata">Who caused it.</param>
public sealed record EphemeralEntry(EphemeralChange Change, DateTimeOffset Time, EventMetadata Metadata);

/// <summary>The journal of disposables cannot be written now; nothing was.</summary>
public sealed class EphemeralJournalException(string message, Exception? inner = null) : Exception(message, inner);
