namespace Qubes.Cqrs.Commands;

/// <summary>When one template's disposables are looked after next. However often it is told, it remembers one time only: the earliest.</summary>
internal sealed class PreloadLane(TimeProvider time, Func<bool, Task> refill, CancellationToken stop)
{
    private readonly Lock gate = new();
    private readonly HashSet<Task> working = [];
    private TaskCompletionSource sooner = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? due;
    private bool onlyWhenEmpty;
    private bool running;

    /// <summary>Asks for a look after a delay.</summary>
    /// <param name="delay">The delay.</param>
    /// <param name="whenEmpty">Whether to fill up only what is empty; one who wants more prevails.</param>
    internal void Request(TimeSpan delay, bool whenEmpty)
    {
        lock (gate)
        {
            var at = time.GetUtcNow() + delay;
            onlyWhenEmpty = due is null ? whenEmpty : onlyWhenEmpty && whenEmpty;
            if (due is null || at < due)
            {
                due = at;
                sooner.TrySetResult();
            }

            if (!running)
            {
                running = true;
                Add(RunAsync);
            }
        }
    }

    /// <summary>Does work that belongs to the lane beside its looks.</summary>
    internal void Start(Func<Task> work)
    {
        lock (gate)
        {
            Add(work);
        }
    }

    /// <summary>Completes when nothing is due and nothing under way.</summary>
    internal async Task WhenIdleAsync(CancellationToken ct)
    {
        while (Working() is { Length: > 0 } tasks)
        {
            await Task.WhenAll(tasks).WaitAsync(ct).ConfigureAwait(false);
        }
    }

    private Task[] Working()
    {
        lock (gate)
        {
            return [.. working];
        }
    }

    // Under the lock. The work ends by itself; it never throws.
    private void Add(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        working.Add(done.Task);
        _ = Task.Run(async () =>
        {
            await work().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (gate)
            {
                working.Remove(done.Task);
            }

            done.SetResult();
        });
    }

    private async Task RunAsync()
    {
        while (Next() is var (wait, earlier))
        {
            if (wait > TimeSpan.Zero)
            {
                await Task.WhenAny(Task.Delay(wait, time, stop), earlier).ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
            }
            else
            {
                await refill(Take()).ConfigureAwait(false);
            }
        }
    }

    private (TimeSpan Wait, Task Earlier)? Next()
    {
        lock (gate)
        {
            if (due is not { } at)
            {
                running = false;
                return null;
            }

            sooner = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (at - time.GetUtcNow(), sooner.Task);
        }
    }

    private bool Take()
    {
        lock (gate)
        {
            due = null;
            return onlyWhenEmpty;
        }
    }
}
