using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds the databases of any position from the log.</summary>
/// <remarks>The keys of a run follow from the events since it began. So the beginnings of the runs that are under way are searched for from the
/// position backwards, and everything since the oldest of them is folded: a matter of one session of the machine, not of the whole log.</remarks>
public static class QubesDbReplay
{
    private const int Window = 2000;

    /// <summary>The world at a position (null: the head), and the databases.</summary>
    /// <exception cref="LogGapException">An event is missing from the log, or stands in it twice.</exception>
    /// <exception cref="UnknownEventException">An event that this version does not know.</exception>
    public static async Task<(World World, QubesDbState State)> AtAsync(IEventReader reader, ISnapshotStore? snapshots, LogPosition? upTo, CancellationToken ct)
    {
        var world = await WorldReplay.AtAsync(reader, snapshots, upTo, ct);
        return (world, await OfAsync(reader, snapshots, world, ct));
    }

    /// <summary>The databases at the position of a world that was replayed already.</summary>
    /// <exception cref="LogGapException">An event is missing from the log, or stands in it twice.</exception>
    /// <exception cref="UnknownEventException">An event that this version does not know.</exception>
    public static async Task<QubesDbState> OfAsync(IEventReader reader, ISnapshotStore? snapshots, World world, CancellationToken ct)
    {
        if (await FindBeginAsync(reader, world, ct) is not { } begin)
        {
            return QubesDbView.Complete(QubesDbState.Empty, world);
        }

        var before = await WorldReplay.AtAsync(reader, snapshots, begin, ct);
        var state = QubesDbState.Empty;
        await foreach (var recorded in reader.ReadAsync(begin, world.Position, ct).WithCancellation(ct))
        {
            var after = Evolve.Apply(before, recorded.Event, recorded.Position);
            state = QubesDbView.Apply(state, before, after, recorded).State;
            before = after;
        }

        return QubesDbView.Complete(state, world);
    }

    // The position before the beginning of the oldest run; null when nothing runs, or no beginning can be found.
    private static async Task<LogPosition?> FindBeginAsync(IEventReader reader, World world, CancellationToken ct)
    {
        var wanted = world.Runs.Where(entry => entry.Value.IsActive).Select(entry => (entry.Key, entry.Value.Id)).ToHashSet();
        LogPosition? begin = null;
        for (var end = world.Position.Value; end > 0 && wanted.Count > 0; end -= Window)
        {
            LogPosition? oldest = null;
            await foreach (var recorded in reader.ReadAsync(new LogPosition(Math.Max(0, end - Window)), new LogPosition(end), ct).WithCancellation(ct))
            {
                if (Begins(recorded.Event) is { } run && wanted.Remove(run))
                {
                    oldest ??= recorded.Position;
                }
            }

            begin = oldest ?? begin;
        }

        return begin is { } first ? new LogPosition(first.Value - 1) : null;
    }

    private static (QubeId Qube, string Run)? Begins(DomainEvent? @event) => @event switch
    {
        QubeSpawned e => (e.Qube, e.Run),
        RunObserved { Is: { IsActive: true } found } e when e.Was is not { IsActive: true } known || known.Id != found.Id => (e.Qube, found.Id),
        _ => null,
    };
}
