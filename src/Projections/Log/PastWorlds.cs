using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds the world of a position in the past, at a bounded price: one search at a time, over a bounded number of events.</summary>
/// <param name="reader">The log.</param>
/// <param name="snapshots">Where a search begins.</param>
/// <param name="mostEvents">The most events that a search reads.</param>
public sealed class PastWorlds(IEventReader reader, ISnapshotStore snapshots, int mostEvents) : IDisposable
{
    /// <summary>Whether events that were erased are passed over, as a replay does, rather than making the world of a position unknown.</summary>
    public bool PassesErased { get; init; }

    private readonly SemaphoreSlim turn = new(1, 1);
    private World? last;

    /// <summary>The world at <paramref name="position"/>; null when the log does not reach it, too many events lie between it and a
    /// snapshot, or one of them was erased or cannot be read, so that the world would not be what it was.</summary>
    public async Task<World?> FindAsync(LogPosition position, CancellationToken ct)
    {
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (last?.Position != position)
            {
                last = await ReplayAsync(position, ct).ConfigureAwait(false);
            }

            return last;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<World?> ReplayAsync(LogPosition position, CancellationToken ct)
    {
        var world = await snapshots.FindAsync(position, ct).ConfigureAwait(false) ?? World.Empty;
        if (position.Value - world.Position.Value > mostEvents)
        {
            return null;
        }

        try
        {
            await foreach (var recorded in reader.ReadAsync(world.Position, position, ct).ConfigureAwait(false))
            {
                if ((recorded.Event is null && !PassesErased) || recorded.Position != world.Position.Next)
                {
                    return null;
                }

                world = Evolve.Apply(world, recorded.Event, recorded.Position);
            }
        }
        catch (UnknownEventException)
        {
            return null;
        }

        return world.Position == position ? world : null;
    }
}
