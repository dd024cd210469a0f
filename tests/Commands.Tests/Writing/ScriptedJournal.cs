namespace Qubes.Cqrs.Commands.Tests;

/// <summary>A journal of disposables in memory; the real one has tests of its own.</summary>
internal sealed class ScriptedJournal : IEphemeralJournal
{
    private long next = 1;
    private long settledNext = 1;

    public List<EphemeralBatch> Batches { get; } = [];

    public int Settled { get; private set; }

    public int TakenBack { get; private set; }

    public bool IsFull { get; set; }

    public long Append(EphemeralBatch batch)
    {
        if (IsFull)
        {
            throw new EphemeralJournalException("scripted");
        }

        Batches.Add(batch);
        var first = next;
        next += batch.Entries.Count(entry => !entry.Change.IsWhole);
        return first;
    }

    public void TakeBack()
    {
        if (Batches.Count > Settled)
        {
            Batches.RemoveAt(Settled);
        }

        next = settledNext;
        TakenBack++;
    }

    public void Settle(Domain.World world)
    {
        Settled = Batches.Count;
        settledNext = next;
    }
}
