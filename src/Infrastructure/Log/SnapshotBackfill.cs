using System.Diagnostics;
using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes the snapshots that are missing, in the background: of a log that was imported, that another version wrote, or in which
/// something was erased.</summary>
/// <remarks>It rests three times as long as it works, so that it takes a quarter of one processor at most.</remarks>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
/// <param name="made">Told how many were made when all are there.</param>
/// <param name="failed">Told when it gave up until the next time: snapshots are only a cache.</param>
public sealed class SnapshotBackfill(EventLogHost log, TimeProvider time, Action<int> made, Action<Exception> failed)
{
    private const int RestsPerWork = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly Channel<bool> wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Makes what is missing, and again whenever some were deleted, until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        log.Snapshots.Dropped += Signal;
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await TryAsync(ct).ConfigureAwait(false);
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
                await Task.WhenAny(wanted.Reader.ReadAsync(waiting.Token).AsTask(), Task.Delay(Interval, time, waiting.Token)).ConfigureAwait(false);
                await waiting.CancelAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            log.Snapshots.Dropped -= Signal;
        }
    }

    /// <summary>Makes what is missing; returns how many.</summary>
    /// <param name="rests">Whether it leaves the processor to others most of the time.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<int> FillAsync(bool rests, CancellationToken ct)
    {
        var stock = await log.Snapshots.LookAsync(await log.Reader.HeadAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        var (count, world, since) = (0, World.Empty, log.Snapshots.Drops);
        foreach (var position in stock.Missing)
        {
            var started = Stopwatch.GetTimestamp();
            if (stock.Usable.Any(usable => usable > world.Position.Value && usable <= position))
            {
                world = await log.Snapshots.FindAsync(new LogPosition(position), ct).ConfigureAwait(false) ?? world;
            }

            world = await WorldReplay.ContinueAsync(log.Reader, world, new LogPosition(position), ct).ConfigureAwait(false);
            if (!await log.Snapshots.SavePastAsync(world, since, ct).ConfigureAwait(false))
            {
                Signal(); // an event was erased meanwhile, which this world may still hold
                return count;
            }

            count++;
            await (rests ? Task.Delay(RestsPerWork * Stopwatch.GetElapsedTime(started), time, ct) : Task.CompletedTask).ConfigureAwait(false);
        }

        await (stock.Others > 0 ? log.Snapshots.DropOthersAsync(ct) : Task.CompletedTask).ConfigureAwait(false);
        return count;
    }

    private void Signal() => wanted.Writer.TryWrite(true);

    private async Task TryAsync(CancellationToken ct)
    {
        try
        {
            if (await FillAsync(rests: true, ct).ConfigureAwait(false) is > 0 and var count)
            {
                made(count);
            }
        }
        catch (Exception reason) when (reason is EventLogUnavailableException or LogGapException or UnknownEventException or ArgumentException)
        {
            failed(reason);
        }
    }
}
