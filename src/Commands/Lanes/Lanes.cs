namespace Qubes.Cqrs.Commands;

/// <summary>Lets work on one thing follow one after the other, and work on different things go side by side.</summary>
/// <typeparam name="TKey">What names a thing.</typeparam>
internal sealed class Lanes<TKey>
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Task> last = [];
    private Task closed = Task.CompletedTask;

    /// <summary>Whether something is done or waits for it.</summary>
    internal bool IsBusy(TKey key)
    {
        lock (gate)
        {
            return last.ContainsKey(key);
        }
    }

    /// <summary>Whether nothing at all is done or waits for it.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return last.Count == 0;
            }
        }
    }

    /// <summary>Does the work when all that was asked before for it is done.</summary>
    internal Task RunAsync(TKey key, Func<Task> work)
    {
        lock (gate)
        {
            var before = Task.WhenAll(last.GetValueOrDefault(key, Task.CompletedTask), closed);
            var task = Task.Run(() => FollowAsync(before, work));
            last[key] = task;
            _ = task.ContinueWith(done => Forget(key, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return task;
        }
    }

    /// <summary>Does work while nothing else is done: what is under way is waited for, and what is asked for meanwhile follows.</summary>
    /// <param name="work">The work, which asks for no work here itself.</param>
    /// <param name="patience">How long what is under way is waited for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>Whether it was done; false when what is under way did not end in time.</returns>
    internal async Task<bool> TryAloneAsync(Func<Task> work, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (gate)
        {
            before = Task.WhenAll([closed, .. last.Values]);
            closed = Task.WhenAll(closed, done.Task);
        }

        try
        {
            await before.WaitAsync(patience, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            if (!before.IsCompleted)
            {
                return false;
            }

            await work().ConfigureAwait(false);
            return true;
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    internal async Task DrainAsync()
    {
        while (Pending() is { Length: > 0 } tasks)
        {
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }
    }

    private static async Task FollowAsync(Task before, Func<Task> work)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work().ConfigureAwait(false);
    }

    private Task[] Pending()
    {
        lock (gate)
        {
            return [.. last.Values];
        }
    }

    private void Forget(TKey key, Task task)
    {
        lock (gate)
        {
            if (last.GetValueOrDefault(key) == task)
            {
                last.Remove(key);
            }
        }
    }
}
