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
internal sealed record OpenedLog(EventLogHost Log, World World, LogPosition Snapshot, bool IsNew)
{
    /// <summary>Opens the log, reads the state, and writes the first events when there are none.</summary>
    internal static async Task<OpenedLog> OpenAsync(
        LogOptions options, IHost host, FirstEvents firstEvents, string? store, ILogger logger, CancellationToken ct)
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
                world = await AppendAsync(log, world, events, verb, ct).ConfigureAwait(false);
                HostLog.Started(logger, events.Count, store ?? "a fresh system");
            }

            return new OpenedLog(log, world, snapshot?.Position ?? LogPosition.Start, isNew);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Appends events of the daemon's own before anybody is served.</summary>
    internal static async Task<World> AppendAsync(EventLogHost log, World world, IReadOnlyList<DomainEvent> events, string verb, CancellationToken ct)
    {
        if (events.Count == 0)
        {
            return world;
        }

        var metadata = Call.OfDaemon(verb).ToMetadata();
        var now = TimeProvider.System.GetUtcNow();
        var pending = events.Select(@event => new PendingEvent(@event, now, metadata)).ToImmutableArray();
        foreach (var recorded in await log.Appender.AppendAsync(pending, ct).ConfigureAwait(false))
        {
            world = Evolve.Apply(world, recorded.Event, recorded.Position);
        }

        return world;
    }
}
