namespace Qubes.Cqrs.Api.Tests;

/// <summary>A clock that moves when the test says so, from one timer to the next.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly SortedSet<(long At, long Number, Timer Timer)> due = new(Comparer<(long At, long Number, Timer Timer)>.Create(static (a, b) => (a.At, a.Number).CompareTo((b.At, b.Number))));
    private long now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero).UtcTicks;
    private long numbers;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref now), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on to the next timer, but not beyond <paramref name="end"/>; false when that is reached.</summary>
    internal bool Step(DateTimeOffset end)
    {
        Timer fired;
        lock (gate)
        {
            if (due.Count == 0 || due.Min.At > end.UtcTicks)
            {
                Interlocked.Exchange(ref now, end.UtcTicks);
                return false;
            }

            var next = due.Min;
            due.Remove(next);
            Interlocked.Exchange(ref now, Math.Max(now, next.At));
            fired = next.Timer;
        }

        fired.Fire();
        return true;
    }

    private sealed class Timer(VirtualTime time, Action callback) : ITimer
    {
        private (long, long, Timer)? entry;

        internal void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                Dispose();
                if (dueTime >= TimeSpan.Zero)
                {
                    var added = (time.now + dueTime.Ticks, ++time.numbers, this);
                    entry = added;
                    time.due.Add(added);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                if (entry is { } old)
                {
                    time.due.Remove(old);
                    entry = null;
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
