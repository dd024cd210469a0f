using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The states after the newest commits, by position. States share what they have in common, so that each costs about what changed.</summary>
internal sealed class RecentStates(StateChangesOptions options)
{
    // About what an event makes a state hold that the one before does not: the qube, its properties, the path to it.
    private const int UsualBytes = 4096;
    private const int RuleBytes = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<LogPosition, (World World, bool IsOnly)> byPosition = [];
    private readonly Queue<(LogPosition Position, long Bytes)> order = [];
    private long bytes;

    /// <summary>Keeps a state; one that no events led to follows on nothing, so what was kept before is forgotten.</summary>
    internal void Add(World world, ImmutableArray<RecordedEvent> events)
    {
        lock (gate)
        {
            if (events.IsEmpty)
            {
                byPosition.Clear();
                order.Clear();
                bytes = 0;
            }

            // Where the log leaves disposables out there can be several at one position, and what was before a start is not known.
            if (!byPosition.TryAdd(world.Position, (world, !(options.ForgetsDisposables && events.IsEmpty))))
            {
                if (options.ForgetsDisposables)
                {
                    byPosition[world.Position] = (world, false);
                }

                return;
            }

            var size = events.Sum(Size);
            order.Enqueue((world.Position, size));
            bytes += size;
            while (order.Count > 1 && (order.Count > options.States || bytes > options.StatesBytes))
            {
                var oldest = order.Dequeue();
                byPosition.Remove(oldest.Position);
                bytes -= oldest.Bytes;
            }
        }
    }

    /// <summary>The state at a position, or null when it is not kept, or is one of several.</summary>
    internal World? Find(LogPosition position)
    {
        lock (gate)
        {
            return byPosition.GetValueOrDefault(position) is { IsOnly: true } only ? only.World : null;
        }
    }

    private static long Size(RecordedEvent recorded) => UsualBytes + recorded.Event switch
    {
        NotesSet notes => sizeof(char) * (long)notes.Text.Length,
        FirewallSet { Rules: { } rules } => RuleBytes * (long)rules.Count,
        _ => 0,
    };
}
