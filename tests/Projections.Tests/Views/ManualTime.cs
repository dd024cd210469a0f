namespace Qubes.Cqrs.Projections.Tests;

/// <summary>A clock that stands still until it is moved on.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private TaskCompletionSource added = New();
    private DateTimeOffset now = DateTimeOffset.UnixEpoch;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            var timer = new Timer(this, now + dueTime, () => callback(state));
            timers.Add(timer);
            added.TrySetResult();
            return timer;
        }
    }

    /// <summary>Waits until somebody waits for the clock, then moves it on.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await SleeperAsync();
        List<Timer> due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(timer => timer.Due <= now)];
            due.ForEach(timer => timers.Remove(timer));
        }

        due.ForEach(timer => timer.Ring());
    }

    /// <summary>Sets the clock without waking anybody.</summary>
    public void Set(TimeSpan sinceEpoch)
    {
        lock (gate)
        {
            now = DateTimeOffset.UnixEpoch + sinceEpoch;
        }
    }

    /// <summary>Waits until somebody waits for the clock, and wakes within <paramref name="within"/> where that is given.</summary>
    public async Task SleeperAsync(TimeSpan? within = null)
    {
        while (true)
        {
            Task more;
            lock (gate)
            {
                if (timers.Exists(timer => within is null || timer.Due <= now + within))
                {
                    return;
                }

                added = New();
                more = added.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Timer(ManualTime time, DateTimeOffset due, Action ring) : ITimer
    {
        public DateTimeOffset Due => due;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
