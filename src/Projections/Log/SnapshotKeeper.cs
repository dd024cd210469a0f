using System.Threading.Channels;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps a snapshot of the world at the beginning of each stretch of so many events, in the background.</summary>
/// <param name="store">Where snapshots go.</param>
/// <param name="spacing">The number of events in a stretch.</param>
/// <param name="start">The position of the newest snapshot.</param>
/// <param name="failed">Told when one could not be kept: it is only a cache.</param>
public sealed class SnapshotKeeper(ISnapshotStore store, Func<long> spacing, LogPosition start, Action<Exception> failed)
{
    private readonly Channel<World> due = Channel.CreateBounded<World>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private long last = start.Value;

    /// <summary>Notes a new world; never blocks.</summary>
    public void Publish(World world)
    {
        var stretch = spacing();
        if (world.Position.Value / stretch > last / stretch)
        {
            last = world.Position.Value;
            due.Writer.TryWrite(world);
        }
    }

    /// <summary>Keeps what falls due until <paramref name="ct"/> ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var world in due.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            await SaveAsync(world, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps a snapshot now, unless there is one of this position already.</summary>
    public async Task SaveAsync(World world, CancellationToken ct)
    {
        try
        {
            await store.SaveAsync(world, ct).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A snapshot is a cache: the next one will do.
        catch (Exception reason) when (reason is not OperationCanceledException)
#pragma warning restore CA1031
        {
            failed(reason);
        }
    }
}
