using System.Collections.Immutable;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Tells the clients of <c>qubes.cqrs.Changes</c> that there is a new state, and finds the one that a client last saw.</summary>
/// <remarks>The writer only leaves the new state here and wakes whoever waits; comparing and sending is done by the clients' own loops.</remarks>
public sealed class StateChanges(StateChangesOptions options)
{
    private readonly RecentStates recent = new(options);
    private readonly Lock gate = new();
    private (World World, Task<StateParts> Parts)? newestWhole;
    private World current = World.Empty;
    private TaskCompletionSource next = NewSignal();
    private int followers;
    private int breaks;

    /// <summary>Where states are looked for that are not kept in memory; null without a log.</summary>
    public PastWorlds? Past { get; set; }

    internal StateChangesOptions Options { get; } = options;

    /// <summary>The newest state.</summary>
    internal World Current => Volatile.Read(ref current);

    /// <summary>Completes with the next state. Take it before <see cref="Current"/>, so that nothing is missed.</summary>
    internal Task Next => Volatile.Read(ref next).Task;

    /// <summary>How often a state did not follow on the one before.</summary>
    internal int Breaks => Volatile.Read(ref breaks);

    /// <summary>Notes a new state; neither waits for clients nor throws.</summary>
    /// <param name="world">The state.</param>
    /// <param name="events">The events that led to it; none where it does not follow on the one before: everybody begins anew then.</param>
    public void Publish(World world, ImmutableArray<RecordedEvent> events)
    {
        recent.Add(world, events);
        Volatile.Write(ref current, world);
        if (events.IsEmpty)
        {
            Interlocked.Increment(ref breaks);
        }

        Interlocked.Exchange(ref next, NewSignal()).TrySetResult();
    }

    /// <summary>The state at a position, from memory or from the log; null when it is not there or would cost too much.</summary>
    /// <remarks>A search goes on when its client is gone: that costs less than a broken session of the log.</remarks>
    internal async ValueTask<World?> FindAsync(LogPosition position)
    {
        if (recent.Find(position) is { } kept)
        {
            return kept;
        }

        try
        {
            return !Options.ForgetsDisposables && Past is { } past && position < Current.Position && await past.FindAsync(position, CancellationToken.None).ConfigureAwait(false) is { } found &&
                found.Find(QubeId.Dom0) is not null ? found : null;
        }
        catch (EventLogUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The state in parts, as the caller may see it.</summary>
    internal Task<StateParts> ShowAsync(CallerView view, StateParts? earlier) =>
        view.IsWhole ? ShowWholeAsync(view, earlier) : Task.FromResult(StateParts.Of(view, earlier));

    /// <summary>Counts a client in.</summary>
    /// <exception cref="RefusedException">There are too many already.</exception>
    internal void Enter()
    {
        if (Interlocked.Increment(ref followers) > Options.Followers)
        {
            Leave();
            throw new RefusedException("Too many clients follow the state; try again later");
        }
    }

    /// <summary>Counts a client out.</summary>
    internal void Leave() => Interlocked.Decrement(ref followers);

    // Whoever sees everything sees the same: it is written once for all of them.
    private Task<StateParts> ShowWholeAsync(CallerView view, StateParts? earlier)
    {
        lock (gate)
        {
            if (newestWhole is { } newest && ReferenceEquals(newest.World, view.World))
            {
                return newest.Parts;
            }

            var before = newestWhole?.Parts;
            var parts = Task.Run(() => WriteAsync(view, before, earlier));
            if (newestWhole is null || newestWhole.Value.World.Position <= view.World.Position || ReferenceEquals(view.World, Current))
            {
                newestWhole = (view.World, parts);
            }

            return parts;
        }
    }

    private static async Task<StateParts> WriteAsync(CallerView view, Task<StateParts>? before, StateParts? earlier) =>
        StateParts.Of(view, before is { IsCompletedSuccessfully: true } ? await before.ConfigureAwait(false) : earlier);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
