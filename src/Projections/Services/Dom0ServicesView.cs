using System.Threading.Channels;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps the files of dom0's services at the newest world, in the background.</summary>
/// <param name="folder">The files.</param>
/// <param name="time">The clock of the pause after a failure.</param>
/// <param name="retryAfter">The pause.</param>
/// <param name="failed">Told when the files could not be changed; they are tried again.</param>
public sealed class Dom0ServicesView(IServiceFolder folder, TimeProvider time, TimeSpan retryAfter, Action<Exception> failed)
{
    private readonly Channel<World> due = Channel.CreateBounded<World>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private SmallMap<string>? known;

    /// <summary>Hands over a newer world to be shown; never blocks. Called by one thread at a time.</summary>
    public void Publish(World world)
    {
        // Most changes are not about dom0's features: these cost one comparison.
        if (world.Find(QubeId.Dom0)?.Features is { } features && !ReferenceEquals(features, known))
        {
            known = features;
            due.Writer.TryWrite(world);
        }
    }

    /// <summary>Shows what is published until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var published in due.Reader.ReadAllAsync(ct))
        {
            var world = published;
            while (!TryShow(world))
            {
                await Task.Delay(retryAfter, time, ct);
                world = due.Reader.TryRead(out var newer) ? newer : world;
            }
        }
    }

    private bool TryShow(World world)
    {
        try
        {
            folder.Show(Dom0Services.Of(world));
            return true;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            failed(reason);
            return false;
        }
    }
}
