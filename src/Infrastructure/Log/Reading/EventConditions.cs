using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The statements of a search.</summary>
internal static class EventConditions
{
    /// <summary>The newest matching events of a range of positions, the newest first.</summary>
    /// <remarks>Streams are read by their own index, from their ends: a search for one qube costs what that qube has, not what the log has.</remarks>
    public static string NewestFirst(EventQuery query, LogPosition after, LogPosition upTo, int limit)
    {
        var conditions = $"seq_id > {SqlText.Of(after.Value)} and seq_id <= {SqlText.Of(upTo.Value)}{Of(query)}";
        var most = SqlText.Of(limit);
        return query.Streams is { Count: > 0 } streams
            ? $"select {EventRows.Selection} from unnest(array[{string.Join(", ", streams.Select(stream => SqlText.Of(stream.Value)))}]) as wanted (stream) " +
                $"cross join lateral (select * from qubes.mt_events where stream_id = wanted.stream and {conditions} order by version desc limit {most}) as found " +
                $"order by seq_id desc limit {most}"
            : $"select {EventRows.Selection} from qubes.mt_events where {conditions} order by seq_id desc limit {most}";
    }

    /// <summary>The matching events of a range of positions, in order.</summary>
    public static string InOrder(EventQuery query, LogPosition after, LogPosition upTo)
    {
        var streams = query.Streams is { Count: > 0 } wanted ? $" and stream_id in {SqlText.List(wanted.Select(stream => stream.Value))}" : "";
        return $"select {EventRows.Selection} from qubes.mt_events " +
            $"where seq_id > {SqlText.Of(after.Value)} and seq_id <= {SqlText.Of(upTo.Value)}{streams}{Of(query)} order by seq_id";
    }

    private static string Of(EventQuery query) => string.Concat(
        Types(query),
        query.Property is { } property ? $" and type in ('property-set', 'property-reset') and data ->> 'Property' = {SqlText.Of(property)}" : "",
        query.Feature is { } feature ? $" and type in ('feature-set', 'feature-remove') and data ->> 'Feature' = {SqlText.Of(feature)}" : "",
        query.Caller is { } caller ? $" and user_name = {SqlText.Of(caller)}" : "",
        query.Correlation is { } correlation ? $" and correlation_id = {SqlText.Of(correlation)}" : "",
        query.Method is { } method ? Method(method) : "",
        query.Texts.Count > 0 ? $" and ({string.Join(" or ", query.Texts.Select(Text))})" : "");

    private static string Types(EventQuery query)
    {
        if (query.Types is not { } types)
        {
            return "";
        }

        var one = types.Count == 0 ? "false" : $"type in {SqlText.List(types)}";
        return query.AlsoProperties.Count == 0
            ? $" and {one}"
            : $" and ({one} or (type in ('property-set', 'property-reset') and data ->> 'Property' in {SqlText.List(query.AlsoProperties)}))";
    }

    private static string Method(string method) => method.EndsWith('*')
        ? $" and headers ->> 'Method' like {SqlText.Of(SqlText.LikeExactly(method[..^1]) + "%")}"
        : $" and headers ->> 'Method' = {SqlText.Of(method)}";

    private static string Text(string text)
    {
        var anywhere = SqlText.Of($"%{SqlText.LikeExactly(text)}%");
        var inJson = SqlText.Of($"%{SqlText.LikeExactly(JsonEncodedText.Encode(StoredText.Escape(text), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString())}%");
        return $"data::text ilike {inJson} or type ilike {anywhere} or stream_id ilike {anywhere} or user_name ilike {anywhere} " +
            $"or headers ->> 'Method' ilike {anywhere} or headers ->> 'Argument' ilike {anywhere} or headers ->> 'Destination' ilike {anywhere} " +
            $"or headers -> 'Peer' ->> 'Command' ilike {anywhere}";
    }
}
