using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Wakes when the next firewall rule of any qube ends, and has it removed.</summary>
/// <remarks>Source: spec, firewall.md 4. What is due is found in the world, so it survives a restart: run it, and it looks at once.</remarks>
public sealed partial class FirewallExpiry(
    Func<World> current, Func<ExpireFirewall, CancellationToken, Task> send, TimeProvider time, ILogger<FirewallExpiry> logger)
{
    /// <summary>The verb of the events that it causes.</summary>
    public const string Verb = "qubesd.expire";

    // A clock that is set, or stands still while the machine sleeps, is noticed within this time.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long next = long.MaxValue;

    /// <summary>Hears of a commit; never blocks.</summary>
    public void Committed(ImmutableArray<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            if (recorded.Event is FirewallSet { Rules: { } rules } && rules.Min(rule => rule.ExpiresAt()) is { } earliest)
            {
                Lower(earliest);
            }
        }
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        next = Now; // rules may have ended while nobody ran
        try
        {
            while (true)
            {
                var pause = Now >= Volatile.Read(ref next) ? await ExpireAsync(ct).ConfigureAwait(false) : TimeSpan.Zero;
                await SleepAsync(pause, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    // What is set while the qubes are gone through lowers the time again, so it is raised first.
    private async Task<TimeSpan> ExpireAsync(CancellationToken ct)
    {
        Volatile.Write(ref next, long.MaxValue);
        var now = Now;
        var pause = TimeSpan.Zero;
        foreach (var (id, expiry) in Due(current()))
        {
            if (expiry > now)
            {
                Lower(expiry);
            }
            else if (!await TrySendAsync(id, ct).ConfigureAwait(false))
            {
                Lower(now);
                pause = RetryInterval;
            }
        }

        // Of a qube whose first rules ended, others may end later.
        foreach (var (_, expiry) in Due(current()).Where(entry => entry.Expiry > now))
        {
            Lower(expiry);
        }

        return pause;
    }

    private static IEnumerable<(QubeId Id, long Expiry)> Due(World world)
    {
        foreach (var (id, qube) in world.Qubes)
        {
            if (Firewalls.NextExpiry(qube) is { } expiry)
            {
                yield return (id, expiry);
            }
        }
    }

    private async Task<bool> TrySendAsync(QubeId id, CancellationToken ct)
    {
        try
        {
            await send(new ExpireFirewall(id), ct).ConfigureAwait(false);
            return true;
        }
        catch (QubeNotFoundException)
        {
            return true; // removed meanwhile, with its rules
        }
        catch (DomainException refusal)
        {
            Refused(id, refusal.Message);
            return false;
        }
    }

    private async Task SleepAsync(TimeSpan pause, CancellationToken ct)
    {
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, ct).ConfigureAwait(false);
            return;
        }

        var due = Volatile.Read(ref next);
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task signalled = signal.Reader.ReadAsync(woken.Token).AsTask();
        if (due == long.MaxValue)
        {
            await signalled.ConfigureAwait(false);
            return;
        }

        var wait = Math.Clamp((due * 1000d) - time.GetUtcNow().ToUnixTimeMilliseconds(), 1, LongestSleep.TotalMilliseconds);
        await Task.WhenAny(signalled, Task.Delay(TimeSpan.FromMilliseconds(wait), time, woken.Token)).ConfigureAwait(false);
        await woken.CancelAsync().ConfigureAwait(false);
        await signalled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    private void Lower(long to)
    {
        var known = Volatile.Read(ref next);
        while (to < known)
        {
            var before = Interlocked.CompareExchange(ref next, to, known);
            if (before == known)
            {
                signal.Writer.TryWrite(true);
                return;
            }

            known = before;
        }
    }

    [LoggerMessage(2401, LogLevel.Warning, "The firewall rules of {Qube} that have ended could not be removed; trying again: {Reason}")]
    private partial void Refused(QubeId qube, string reason);
}
