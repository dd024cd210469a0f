using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Holds every snapshot against the log, folded from its beginning.</summary>
public static class SnapshotCheck
{
    /// <summary>Compares every snapshot, up to the head, with what the log gives.</summary>
    /// <param name="log">The log.</param>
    /// <param name="isRepaired">Whether those that differ are made anew; then the log must be open for writing.</param>
    /// <param name="folded">Told of the state at each snapshot and at the head, with the head.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<(RebuildReport Report, World World)> RunAsync(
        EventLogHost log, bool isRepaired, Func<World, LogPosition, Task> folded, CancellationToken ct)
    {
        var since = log.Snapshots.Drops;
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        var stock = await log.Snapshots.LookAsync(head, ct).ConfigureAwait(false);
        var (world, differences) = (World.Empty, new List<string>());
        foreach (var position in stock.Usable.Where(position => position <= head.Value))
        {
            world = await WorldReplay.ContinueAsync(log.Reader, world, new LogPosition(position), ct).ConfigureAwait(false);
            await folded(world, head).ConfigureAwait(false);
            if (!await log.Snapshots.ShowsAsync(world, ct).ConfigureAwait(false) && log.Snapshots.Drops == since)
            {
                differences.Add($"the snapshot at position {position} does not show what the log gives there");
                await (isRepaired ? log.Snapshots.SavePastAsync(world, since, ct) : Task.CompletedTask).ConfigureAwait(false);
            }
        }

        world = await WorldReplay.ContinueAsync(log.Reader, world, head, ct).ConfigureAwait(false);
        await folded(world, head).ConfigureAwait(false);
        var report = RebuildReport.Of(ViewNames.Snapshots, head, stock.Usable.Count, differences) with
        {
            IsSwapped = isRepaired && differences.Count > 0,
            Remark = stock.Missing.Count + stock.Others > 0
                ? $"{stock.Missing.Count} are missing, {stock.Others} are of another version: the daemon makes them by and by"
                : null,
        };
        return (report, world);
    }
}
