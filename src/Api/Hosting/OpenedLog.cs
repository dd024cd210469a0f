using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>The log with the state at its head.</summary>
/// <param name="Log">The log.</param>
/// <param name="World">The state.</param>
/// <param name="Snapshot">The position of the snapshot that it was read from.</param>
/// <param name="IsNew">Whether the log was empty.</param>
/// <param name="Journal">The journal of disposables; null where they are kept like every qube.</param>
internal sealed record OpenedLog(EventLogHost Log, World World, LogPosition Snapshot, bool IsNew, EphemeralJournal? Journal)
{
    /// <summary>Opens the log, reads the state, and writes the first events when there are none.</summary>
    internal static async Task<OpenedLog> OpenAsync(
        LogOptions options, IHost host, FirstEvents firstEvents, string? store, JournalKeeper journals, ILogger logger, CancellationToken ct)
    {
        var log = await EventLogHost.OpenAsync(options, logger, ct).ConfigureAwait(false);
        try
        {
            var snapshot = await log.Snapshots.FindAsync(null, ct).ConfigureAwait(false);
            var world = snapshot ?? World.Empty;
            await foreach (var recorded in log.Reader.ReadAsync(world.Position, null, ct).ConfigureAwait(false))
            {
                world = Evolve.Apply(world, recorded.Event, recorded.Position);
            }

            var isNew = world.Position == LogPosition.Start;
            if (isNew)
            {
                var verb = store is null ? FirstEvents.InitialiseVerb : FirstEvents.ImportVerb;
                var events = firstEvents.Of(store, host.Observe());
                world = await journals.BeginAsync(log, world, events, verb, ct).ConfigureAwait(false);
                HostLog.Started(logger, events.Count, store ?? "a fresh system");
            }

            (world, var journal) = await journals.FollowAsync(log, world, ct).ConfigureAwait(false);
            return new OpenedLog(log, world, snapshot?.Position ?? LogPosition.Start, isNew, journal);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Appends events of the daemon's own before anybody is served.</summary>
    internal static async Task<World> AppendAsync(
        EventLogHost log, EphemeralJournal? journal, World world, IReadOnlyList<DomainEvent> events, string verb, CancellationToken ct)
    {
        if (events.Count == 0)
        {
            return world;
        }

        var metadata = Call.OfDaemon(verb).ToMetadata();
        var now = TimeProvider.System.GetUtcNow();
        if (journal is null)
        {
            var position = await AppendAsync(log, events, now, metadata, ct).ConfigureAwait(false);
            return events.Aggregate(world, Evolve.Apply).At(position);
        }

        var (after, kept, ephemeral) = Divide(world, events);
        journal.Append(new EphemeralBatch(
            world.Position, kept.Count, kept.Count == 0 ? "" : metadata.CorrelationId, [.. ephemeral.Select(change => new EphemeralEntry(change, now, metadata))]));
        after = after.At(kept.Count == 0 ? world.Position : await AppendAsync(log, kept, now, metadata, ct).ConfigureAwait(false));
        journal.Settle(after);
        return after;
    }

    /// <summary>Appends events to the log alone; returns the position of the last.</summary>
    internal static async Task<LogPosition> AppendAsync(
        EventLogHost log, IReadOnlyList<DomainEvent> events, DateTimeOffset now, EventMetadata metadata, CancellationToken ct)
    {
        var pending = events.Select(@event => new PendingEvent(@event, now, metadata)).ToImmutableArray();
        return (await log.Appender.AppendAsync(pending, ct).ConfigureAwait(false))[^1].Position;
    }

    /// <summary>Divides one event after the other.</summary>
    internal static (World After, List<DomainEvent> Kept, List<EphemeralChange> Ephemeral) Divide(World world, IEnumerable<DomainEvent> events)
    {
        var (kept, ephemeral) = (new List<DomainEvent>(), new List<EphemeralChange>());
        foreach (var @event in events)
        {
            var division = Retentions.Divide(world, @event);
            world = division.After;
            kept.AddRange(division.Kept);
            ephemeral.AddRange(division.Ephemeral);
        }

        return (world, kept, ephemeral);
    }
}
