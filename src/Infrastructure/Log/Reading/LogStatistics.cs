using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Counts what the log holds; the server does the counting.</summary>
public sealed class LogStatistics
{
    private static readonly (string From, string To)[] Outcomes =
    [
        ("domain-pre-start", "domain-start"), ("domain-pre-start", "domain-start-failed"), ("domain-pre-shutdown", "domain-stopped"), ("domain-stopped", "domain-shutdown"),
    ];

    private readonly LogDatabase database;

    internal LogStatistics(LogDatabase database) => this.database = database;

    /// <summary>The events after a position, by day, type and caller.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<IReadOnlyList<EventCount>> CountAsync(LogPosition after, LogPosition upTo, CancellationToken ct) => database.ReadAllAsync(
        "select (extract(epoch from date_trunc('day', timestamp at time zone 'UTC')) / 86400)::bigint, type, user_name, count(*) from qubes.mt_events " +
        $"where seq_id > {SqlText.Of(after.Value)} and seq_id <= {SqlText.Of(upTo.Value)} group by 1, 2, 3 order by 1, 2, 3",
        4,
        row => new EventCount(
            DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)row.Integer(0)),
            Text(row, 1),
            row.IsNull(2) ? null : StoredText.Unescape(Text(row, 2)),
            row.Integer(3)),
        ct);

    /// <summary>The tables of the log, the largest first.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<IReadOnlyList<TableSize>> SizesAsync(CancellationToken ct) => database.ReadAllAsync(
        "select relname::text, greatest(coalesce(pg_stat_get_live_tuples(oid), 0), reltuples::bigint, 0), pg_total_relation_size(oid) from pg_class " +
        "where relnamespace = 'qubes'::regnamespace and relkind = 'r' order by 3 desc, 1",
        3,
        row => new TableSize(Text(row, 0), row.Integer(1), row.Integer(2)),
        ct);

    /// <summary>How many snapshots there are, and how many bytes they have.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<(long Count, long SizeBytes)> SnapshotsAsync(CancellationToken ct) => (await database.ReadAllAsync(
        "select count(*), coalesce(sum(length(data)), 0)::bigint from qubes.qubes_snapshots",
        2,
        row => (row.Integer(0), row.Integer(1)),
        ct))[0];

    /// <summary>How long the steps of runs took that were asked for after a position.</summary>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<IReadOnlyList<OutcomeTimes>> OutcomesAsync(LogPosition after, LogPosition upTo, CancellationToken ct)
    {
        var types = Outcomes.SelectMany(pair => new[] { pair.From, pair.To }).Distinct().ToList();
        var steps = string.Join(", ", types.Select((type, index) => $"min(timestamp) filter (where type = '{type}') as step{SqlText.Of(index)}"));
        var pairs = string.Join(" union all ", Outcomes.Select((pair, index) =>
            $"select {SqlText.Of(index)} as pair, extract(epoch from step{SqlText.Of(types.IndexOf(pair.To))} - step{SqlText.Of(types.IndexOf(pair.From))}) * 1000000 as took from run"));
        return await database.ReadAllAsync(
            $"with run as (select {steps} from qubes.mt_events where seq_id > {SqlText.Of(after.Value)} and seq_id <= {SqlText.Of(upTo.Value)} " +
            $"and type in ({string.Join(", ", types.Select(type => $"'{type}'"))}) and data ->> 'Run' <> '' group by stream_id, data ->> 'Run') " +
            "select pair::bigint, count(*), (percentile_cont(0.5) within group (order by took))::bigint, (percentile_cont(0.95) within group (order by took))::bigint, " +
            $"(percentile_cont(0.99) within group (order by took))::bigint, max(took)::bigint from ({pairs}) as step where took >= 0 group by pair order by pair",
            6,
            row => new OutcomeTimes(
                Outcomes[row.Integer(0)].From, Outcomes[row.Integer(0)].To, row.Integer(1), Time(row, 2), Time(row, 3), Time(row, 4), Time(row, 5)),
            ct);
    }

    private static TimeSpan Time(CopyRows row, int column) => TimeSpan.FromMicroseconds(row.Integer(column));

    private static string Text(CopyRows row, int column) => Encoding.UTF8.GetString(row.Bytes(column));
}
