namespace Qubes.Cqrs.Infrastructure;

/// <summary>Places in a commit where a test lets something go wrong.</summary>
public interface IFaultPoints
{
    /// <summary>The commit is decided, nothing was sent.</summary>
    /// <param name="commit">Its number since the start, from 1.</param>
    void BeforeCommit(long commit);

    /// <summary>The commit was sent, its answer has not been read.</summary>
    /// <param name="commit">Its number since the start, from 1.</param>
    /// <param name="backendProcessId">The server process that works on it.</param>
    void InCommit(long commit, int backendProcessId);

    /// <summary>The journal of disposables has its part of a transaction, the log has nothing of it yet.</summary>
    void AfterJournal();

    /// <summary>The commit is durable, nobody was told yet.</summary>
    /// <param name="commit">Its number since the start, from 1.</param>
    void AfterCommit(long commit);

    /// <summary>A step of erasing events is done.</summary>
    /// <param name="step">Its number, from 1: stated anew, noted, erased, rewritten, stopped, cleared.</param>
    void InForgetting(int step)
    {
    }
}
