namespace Qubes.Cqrs.Commands;

/// <summary>Lets work on one thing follow one after the other, and work on different things go side by side.</summary>
/// <typeparam name="TKey">What names a thing.</typeparam>
internal sealed class Lanes<TKey>
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Task> last = [];

    /// <summary>Whether something is done or waits for it.</summary>
    internal bool IsBusy(TKey key)
    {
        lock (gate)
        {
            return last.ContainsKey(key);
        }
    }

    /// <summary>Does the work when all that was asked before for it is done.</summary>
    internal Task RunAsync(TKey key, Func<Task> work)
    {
        lock (gate)
        {
            var before = last.GetValueOrDefault(key, Task.CompletedTask);
            var task = Task.Run(() => FollowAsync(before, work));
            last[key] = task;
            _ = task.ContinueWith(done => Forget(key, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return task;
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
