using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Folds the log into the world of any position.</summary>
public static class WorldReplay
{
    /// <summary>The world at <paramref name="upTo"/> (null: at the head), from the newest usable snapshot and the events after it.</summary>
    /// <remarks>A position after the head gives the world at the head.</remarks>
    /// <exception cref="LogGapException">An event is missing from the log, or stands in it twice.</exception>
    /// <exception cref="UnknownEventException">An event that this version does not know.</exception>
    public static async Task<World> AtAsync(IEventReader reader, ISnapshotStore? snapshots, LogPosition? upTo, CancellationToken ct)
    {
        var snapshot = snapshots is null ? null : await snapshots.FindAsync(upTo, ct);
        return await ContinueAsync(reader, snapshot ?? World.Empty, upTo, ct);
    }

    /// <summary>The world at <paramref name="upTo"/> (null: at the head), from an earlier one and the events after it.</summary>
    /// <exception cref="LogGapException">An event is missing from the log, or stands in it twice.</exception>
    /// <exception cref="UnknownEventException">An event that this version does not know.</exception>
    public static async Task<World> ContinueAsync(IEventReader reader, World world, LogPosition? upTo, CancellationToken ct)
    {
        await foreach (var recorded in reader.ReadAsync(world.Position, upTo, ct).WithCancellation(ct))
        {
            var expected = world.Position.Next;
            world = recorded.Position == expected
                ? Evolve.Apply(world, recorded.Event, recorded.Position)
                : throw new LogGapException(expected, recorded.Position);
        }

        return world;
    }
}
