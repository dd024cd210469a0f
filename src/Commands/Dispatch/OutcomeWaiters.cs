using System.Collections.Concurrent;

namespace Qubes.Cqrs.Commands;

/// <summary>Knows which work of the executors, on volumes or on files of the policy, follows from which request, as long as somebody waits for it.</summary>
public sealed class OutcomeWaiters
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Task>> works = new(StringComparer.Ordinal);

    /// <summary>Announces that somebody will wait.</summary>
    /// <returns>False when somebody does already: the work is theirs.</returns>
    internal bool TryBegin(string correlation) => works.TryAdd(correlation, new ConcurrentQueue<Task>());

    /// <summary>Adds work that follows from a request.</summary>
    internal void Add(string? correlation, Task work)
    {
        if (correlation is not null && works.TryGetValue(correlation, out var queue))
        {
            queue.Enqueue(work);
        }
        else
        {
            _ = work.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // logged already
        }
    }

    /// <summary>The work that followed from a request until now.</summary>
    internal IReadOnlyCollection<Task> Of(string correlation) => works.TryGetValue(correlation, out var queue) ? queue : [];

    /// <summary>Nobody waits any more.</summary>
    internal void End(string correlation) => works.TryRemove(correlation, out _);
}
