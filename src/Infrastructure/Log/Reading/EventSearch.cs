using System.Runtime.CompilerServices;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Finds events by what they are about, a page at a time, without folding anything.</summary>
/// <remarks>Every statement looks at a bounded range of positions, so that a search through a long log can be ended between two of them.
/// Safe to use from several threads; each statement borrows a session.</remarks>
public sealed class EventSearch : IEventSearch
{
    private const int FirstPage = 64;
    private const int LargestPage = 2048;
    private const long Range = 250_000;
    private readonly LogDatabase database;
    private readonly EventSerializer serializer;

    internal EventSearch(LogDatabase database, EventSerializer serializer) => (this.database, this.serializer) = (database, serializer);

    /// <summary>The matching events, the newest first. Who stops early has read little more than that.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    /// <exception cref="UnknownEventException">An event that this version does not know.</exception>
    public async IAsyncEnumerable<RecordedEvent> NewestFirstAsync(EventQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        var decoder = new EventRows(serializer);
        var head = query.UpTo ?? await HeadAsync(ct);
        var page = FirstPage;
        while (head > query.After && query.Streams is not { Count: 0 })
        {
            // The streams' own index bounds the work already.
            var after = query.Streams is null ? new LogPosition(Math.Max(query.After.Value, head.Value - Range)) : query.After;
            var rows = await database.ReadAllAsync(EventConditions.NewestFirst(query, after, head, page), EventRows.Columns, decoder.Decode, ct);
            foreach (var recorded in rows)
            {
                yield return recorded;
            }

            head = rows.Count == page ? new LogPosition(rows[^1].Position.Value - 1) : after;
            page = Math.Min(LargestPage, page * 4);
        }
    }

    /// <summary>The matching events in order; both ends of the range are given.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    /// <exception cref="UnknownEventException">An event that this version does not know.</exception>
    public async Task<IReadOnlyList<RecordedEvent>> InOrderAsync(EventQuery query, LogPosition after, LogPosition upTo, CancellationToken ct) =>
        query.Streams is { Count: 0 } || upTo <= after
            ? []
            : await database.ReadAllAsync(EventConditions.InOrder(query, after, upTo), EventRows.Columns, new EventRows(serializer).Decode, ct);

    /// <summary>The position in force at a time: of the last event that is not later; <see cref="LogPosition.Start"/> before the first.</summary>
    /// <remarks>Times only grow, so it is found by halving: about 20 single rows of a log of 1,000,000 events, in one statement.</remarks>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<LogPosition> AtTimeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var halving = $"""
            with recursive search (low, high) as (
                select 0::bigint, (select coalesce(max(seq_id), 0) from qubes.mt_events)
                union all
                select case when isEarly then middle else low end, case when isEarly then high else middle - 1 end
                from (
                    select low, high, middle, coalesce((select timestamp <= timestamptz 'epoch' + interval '1 microsecond' * {SqlText.Of(LogTime.ToMicroseconds(time))}
                        from qubes.mt_events where seq_id = middle), false) as isEarly
                    from (select low, high, (low + high + 1) / 2 as middle from search where low < high) as half) as step)
            select low from search where low = high
            """;
        var found = await database.ReadAllAsync(halving, 1, row => row.Integer(0), ct);
        return found.Count > 0 ? new LogPosition(found[0]) : LogPosition.Start;
    }

    /// <summary>When an event was decided; null when there is none at that position.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<DateTimeOffset?> TimeOfAsync(LogPosition position, CancellationToken ct)
    {
        var found = await database.ReadAllAsync($"select timestamp from qubes.mt_events where seq_id = {SqlText.Of(position.Value)}", 1, row => row.Microseconds(0), ct);
        return found.Count > 0 ? LogTime.ToTime(found[0]) : null;
    }

    /// <summary>The position of the last event.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<LogPosition> HeadAsync(CancellationToken ct) =>
        new((await database.ReadAllAsync("select coalesce(max(seq_id), 0) from qubes.mt_events", 1, row => row.Integer(0), ct))[0]);

    /// <summary>The position that a mark stands for at the head of the log; null when there is no mark of that name.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<LogPosition?> MarkAsync(string name, CancellationToken ct)
    {
        var newest = await database.ReadAllAsync(
            "select type, (data ->> 'Position')::bigint from qubes.mt_events where stream_id = 'system' and type in ('mark-set', 'mark-remove') " +
            $"and data ->> 'Name' = {SqlText.Of(name)} order by version desc limit 1",
            2,
            row => row.IsNull(1) ? (LogPosition?)null : new LogPosition(row.Integer(1)),
            ct);
        return newest is [var found] ? found : null;
    }

    /// <summary>The start of a run: the event that asked for it; null when the log does not tell of it.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<RecordedEvent?> StartOfRunAsync(StreamName stream, string run, CancellationToken ct)
    {
        var found = await database.ReadAllAsync(
            $"select {EventRows.Selection} from qubes.mt_events where stream_id = {SqlText.Of(stream.Value)} and type = 'domain-pre-start' " +
            $"and data ->> 'Run' = {SqlText.Of(run)} order by version desc limit 1",
            EventRows.Columns,
            new EventRows(serializer).Decode,
            ct);
        return found is [var start] ? start : null;
    }

    /// <summary>The names that qubes had when they came to be: also of those that are gone, but not of those that were erased.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<IReadOnlyDictionary<QubeId, string>> NamesAsync(IReadOnlyCollection<QubeId> ids, CancellationToken ct)
    {
        var streams = ids.Select(id => StreamName.OfQube(id).Value).ToList();
        return streams.Count == 0 ? new Dictionary<QubeId, string>() : await NamedAsync($"stream_id in {SqlText.List(streams)}", ct);
    }

    /// <summary>The qubes that have or had a name; null for all there ever were.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<Dictionary<QubeId, string>> QubesNamedAsync(string? name, CancellationToken ct) =>
        NamedAsync($"stream_id in (select id from qubes.mt_streams where id like 'qube-%'){(name is null ? "" : $" and data ->> 'Name' = {SqlText.Of(name)}")}", ct);

    // The first event of a qube's stream is the one that gave it its name.
    private async Task<Dictionary<QubeId, string>> NamedAsync(string condition, CancellationToken ct)
    {
        var names = new Dictionary<QubeId, string>();
        var rows = await database.ReadAllAsync(
            $"select stream_id, data ->> 'Name' from qubes.mt_events where version = 1 and type = 'domain-add' and {condition}",
            2,
            row => (Stream: System.Text.Encoding.UTF8.GetString(row.Bytes(0)), Name: row.IsNull(1) ? null : System.Text.Encoding.UTF8.GetString(row.Bytes(1))),
            ct);
        foreach (var (stream, name) in rows)
        {
            if (name is not null && new StreamName(stream).Qube is { } id)
            {
                names[id] = StoredText.Unescape(name);
            }
        }

        return names;
    }
}
