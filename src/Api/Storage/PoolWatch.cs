using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Looks at the pools every few seconds, so that replies need no disk.</summary>
/// <remarks>A disk that does not answer keeps one thread, and the figures of its pools stay what they were.</remarks>
public sealed class PoolWatch(IPoolHost host, Func<World> current, ILogger logger)
{
    private const int MostAtOnce = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Looking> pools = new(StringComparer.Ordinal);

    // Whoever looks at a disk has an entry here until it has answered.
    private readonly Channel<string> turns = Channel.CreateBounded<string>(MostAtOnce);

    /// <summary>What was found when the pool was looked at last.</summary>
    public PoolFigures Find(Pool pool) => pools.TryGetValue(pool.Name, out var looking) && looking.IsOf(pool) ? looking.Figures : PoolFigures.Unknown;

    /// <summary>Looks at the pools until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await RefreshAsync(Interval, ct).ConfigureAwait(false);
            await Task.Delay(Interval, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at all pools now; returns when that is done, or when patience ends.</summary>
    public Task RefreshAsync(TimeSpan patience, CancellationToken ct) => RefreshAsync(current().Pools, patience, ct);

    /// <summary>Looks at pools now; returns when that is done, or when patience ends.</summary>
    public async Task RefreshAsync(IEnumerable<Pool> wanted, TimeSpan patience, CancellationToken ct)
    {
        Forget();
        var looks = wanted.Select(LookAsync).ToList();
        try
        {
            await Task.WhenAll(looks).WaitAsync(patience, ct).ConfigureAwait(false);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // What comes later counts from then on.
        }
    }

    private void Forget()
    {
        var world = current();
        foreach (var (name, looking) in pools)
        {
            if (world.FindPool(name) is not { } pool || !looking.IsOf(pool))
            {
                pools.TryRemove(new(name, looking));
            }
        }
    }

    private async Task LookAsync(Pool pool)
    {
        var looking = pools.GetOrAdd(pool.Name, _ => new Looking(pool));
        if (!looking.TryBegin())
        {
            await looking.Done.ConfigureAwait(false);
            return;
        }

        // Nobody is left out: whoever finds all turns taken comes when a disk has answered.
        await turns.Writer.WriteAsync(pool.Name).ConfigureAwait(false);
        await Task.Factory.StartNew(() => Look(looking, pool), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
    }

    private void Look(Looking looking, Pool pool)
    {
        try
        {
            looking.Figures = host.Measure(pool);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            HostLog.PoolUnreadable(logger, pool.Name, refused);
            looking.Figures = PoolFigures.Unknown;
        }
        finally
        {
            turns.Reader.TryRead(out _);
            looking.End();
        }
    }

    // One pool: what is known, and whether somebody is looking.
    private sealed class Looking(Pool pool)
    {
        private readonly Lock gate = new();
        private TaskCompletionSource? active;
        private volatile PoolFigures figures = PoolFigures.Unknown;

        public PoolFigures Figures
        {
            get => figures;
            set => figures = value;
        }

        public Task Done
        {
            get
            {
                lock (gate)
                {
                    return active?.Task ?? Task.CompletedTask;
                }
            }
        }

        public bool IsOf(Pool other) =>
            pool.Driver == other.Driver && pool.Find(PoolDrivers.DirPath) == other.Find(PoolDrivers.DirPath);

        public bool TryBegin()
        {
            lock (gate)
            {
                if (active is not null)
                {
                    return false;
                }

                active = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return true;
            }
        }

        public void End()
        {
            lock (gate)
            {
                active?.TrySetResult();
                active = null;
            }
        }
    }
}
