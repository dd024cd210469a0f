using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Lets work on one qube follow one after the other, and work on different qubes go side by side.</summary>
internal sealed class QubeLanes
{
    private readonly Lock gate = new();
    private readonly Dictionary<QubeId, Task> last = [];

    /// <summary>Whether something is done or waits for the qube.</summary>
    internal bool IsBusy(QubeId qube)
    {
        lock (gate)
        {
            return last.ContainsKey(qube);
        }
    }

    /// <summary>Does the work when all that was asked before for this qube is done.</summary>
    internal Task RunAsync(QubeId qube, Func<Task> work)
    {
        lock (gate)
        {
            var before = last.GetValueOrDefault(qube, Task.CompletedTask);
            var task = Task.Run(() => FollowAsync(before, work));
            last[qube] = task;
            _ = task.ContinueWith(done => Forget(qube, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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

    private void Forget(QubeId qube, Task task)
    {
        lock (gate)
        {
            if (last.GetValueOrDefault(qube) == task)
            {
                last.Remove(qube);
            }
        }
    }
}
