using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Searches the states of a log.</summary>
/// <param name="log">The log.</param>
/// <param name="holds">What is searched for.</param>
internal sealed class Bisection(EventLogHost log, Func<World, CancellationToken, Task<bool>> holds)
{
    // So few states are folded once and kept, rather than each one anew.
    private const int Kept = 4096;
    private const int Report = 10_000;

    /// <summary>How many states were looked at.</summary>
    internal int Asked { get; private set; }

    /// <summary>The first state that fits, if all later ones do as well; null when the last one does not.</summary>
    internal async Task<World?> HalveAsync(LogPosition start, LogPosition end, CancellationToken ct)
    {
        var high = await AtAsync(end, ct).ConfigureAwait(false);
        if (!await AskAsync(high, ct).ConfigureAwait(false))
        {
            return null;
        }

        var low = start == end ? high : await AtAsync(start, ct).ConfigureAwait(false);
        if (start == end || await AskAsync(low, ct).ConfigureAwait(false))
        {
            return low;
        }

        while (high.Position.Value - low.Position.Value > Kept)
        {
            var middle = await AtAsync(new LogPosition(low.Position.Value + ((high.Position.Value - low.Position.Value) / 2)), ct).ConfigureAwait(false);
            (low, high) = await AskAsync(middle, ct).ConfigureAwait(false) ? (low, middle) : (middle, high);
        }

        return await HalveAsync(await FoldAsync(low, high.Position, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    /// <summary>The first state that fits, whatever comes after it; null when none does.</summary>
    internal async Task<World?> ScanAsync(LogPosition start, LogPosition end, CancellationToken ct)
    {
        var world = await AtAsync(start, ct).ConfigureAwait(false);
        if (await AskAsync(world, ct).ConfigureAwait(false))
        {
            return world;
        }

        await foreach (var recorded in log.Reader.ReadAsync(start, end, ct).ConfigureAwait(false))
        {
            world = Next(world, recorded);
            if (await AskAsync(world, ct).ConfigureAwait(false))
            {
                return world;
            }

            if (world.Position.Value % Report == 0 && !Console.IsErrorRedirected)
            {
                await Console.Error.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"\rposition {world.Position} of {end} ")).ConfigureAwait(false);
            }
        }

        return null;
    }

    private async Task<World> HalveAsync(List<World> worlds, CancellationToken ct)
    {
        var (low, high) = (0, worlds.Count - 1); // the first does not fit, the last does
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = await AskAsync(worlds[middle], ct).ConfigureAwait(false) ? (low, middle) : (middle, high);
        }

        return worlds[high];
    }

    private async Task<List<World>> FoldAsync(World world, LogPosition end, CancellationToken ct)
    {
        List<World> worlds = [world];
        await foreach (var recorded in log.Reader.ReadAsync(world.Position, end, ct).ConfigureAwait(false))
        {
            worlds.Add(Next(worlds[^1], recorded));
        }

        return worlds;
    }

    private static World Next(World world, RecordedEvent recorded) => recorded.Position == world.Position.Next
        ? Evolve.Apply(world, recorded.Event, recorded.Position)
        : throw new LogGapException(world.Position.Next, recorded.Position);

    private Task<World> AtAsync(LogPosition position, CancellationToken ct) => WorldReplay.AtAsync(log.Reader, log.Snapshots, position, ct);

    private Task<bool> AskAsync(World world, CancellationToken ct)
    {
        Asked++;
        return holds(world, ct);
    }
}
