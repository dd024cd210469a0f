using System.Collections.Immutable;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>An event with what there is to say about it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Request">All that its request brought about, as far as it is near, in order; the event among it.</param>
/// <param name="Start">The event that asked for the run it is about, when that was another request.</param>
/// <param name="Changes">What is another after it than before.</param>
internal sealed record ShownEvent(RecordedEvent Event, IReadOnlyList<RecordedEvent> Request, RecordedEvent? Start, ImmutableArray<SubjectChange> Changes)
{
    // What a request brings about comes soon after it, so that a look around needs no index of requests.
    private const long Before = 5_000;
    private const long After = 20_000;

    /// <summary>Finds it.</summary>
    /// <exception cref="HistoryException">The log has no such position.</exception>
    internal static async Task<ShownEvent> FindAsync(EventLogHost log, long position, CancellationToken ct)
    {
        var head = await log.Search.HeadAsync(ct).ConfigureAwait(false);
        if (position < 1 || position > head.Value)
        {
            throw new HistoryException($"there is no position {position.ToString(CultureInfo.InvariantCulture)}: the log goes from 1 to {head}");
        }

        var before = await WorldReplay.AtAsync(log.Reader, log.Snapshots, new LogPosition(position - 1), ct).ConfigureAwait(false);
        var recorded = await log.Reader.ReadAsync(new LogPosition(position - 1), new LogPosition(position), ct).SingleAsync(ct).ConfigureAwait(false);
        var after = Evolve.Apply(before, recorded.Event, recorded.Position);
        var request = await RequestAsync(log, recorded, head, ct).ConfigureAwait(false);
        return new(recorded, request, await StartAsync(log, recorded, request, ct).ConfigureAwait(false), StateComparison.Compare(before, after));
    }

    /// <summary>The event of the request that another one of it follows from: the wish that the daemon carried out; null for what the call itself did.</summary>
    internal RecordedEvent? CauseOf(RecordedEvent effect)
    {
        if (Request.FirstOrDefault(other => other.Id.ToString() == effect.Metadata?.CausationId || other.Position.ToString() == effect.Metadata?.CausationId) is { } named)
        {
            return named;
        }

        return effect.Metadata?.Method == Request[0].Metadata?.Method
            ? null
            : Request.LastOrDefault(other => other.Position < effect.Position && other.Stream == effect.Stream && IsWish(other.Event));
    }

    private static bool IsWish(DomainEvent? change) => change is StartRequested or StopRequested or DeviceAttachRequested or DeviceDetachRequested;

    private static async Task<IReadOnlyList<RecordedEvent>> RequestAsync(EventLogHost log, RecordedEvent recorded, LogPosition head, CancellationToken ct)
    {
        if (recorded.Metadata is not { } metadata)
        {
            return [recorded];
        }

        var after = new LogPosition(Math.Max(0, recorded.Position.Value - Before));
        var upTo = new LogPosition(Math.Min(head.Value, recorded.Position.Value + After));
        return await log.Search.InOrderAsync(new EventQuery { Correlation = metadata.CorrelationId }, after, upTo, ct).ConfigureAwait(false);
    }

    private static async Task<RecordedEvent?> StartAsync(EventLogHost log, RecordedEvent recorded, IReadOnlyList<RecordedEvent> request, CancellationToken ct) =>
        recorded.Event is RunEvent { Run.Length: > 0 } change and not StartRequested &&
        await log.Search.StartOfRunAsync(recorded.Stream, change.Run, ct).ConfigureAwait(false) is { } start && request.All(other => other.Position != start.Position)
            ? start
            : null;
}
