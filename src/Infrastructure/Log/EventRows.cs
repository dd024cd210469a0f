using System.Globalization;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The query for events, and how a row of it becomes an event.</summary>
/// <remarks>The server takes the names out of the headers: writing all of them out, with the digits of salt, digest and hash, costs it as much as
/// everything else together.</remarks>
internal sealed class EventRows(EventSerializer serializer)
{
    /// <summary>How many columns the query gives.</summary>
    public const int Columns = 16;

    /// <summary>The columns, in the order in which they are decoded.</summary>
    public const string Selection =
        "seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, user_name, " +
        "headers ->> 'Method', headers ->> 'Argument', headers ->> 'Destination', headers -> 'Peer', headers -> 'Announced', headers -> 'Erased'";

    private readonly TextCache texts = new();
    private readonly TextCache requests = new();

    private enum Column
    {
        Position,
        Id,
        Stream,
        Version,
        Payload,
        Type,
        Time,
        CorrelationId,
        CausationId,
        User,
        Method,
        Argument,
        Destination,
        Peer,
        Announced,
        Erased,
    }

    /// <summary>The events after <paramref name="after"/> up to and including <paramref name="upTo"/>, in order.</summary>
    public static string Query(LogPosition after, LogPosition? upTo)
    {
        var limit = upTo is { } last ? string.Create(CultureInfo.InvariantCulture, $" and seq_id <= {last.Value}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"select {Selection} from qubes.mt_events where seq_id > {after.Value}{limit} order by seq_id");
    }

    /// <summary>The events of a stream before a version, the newest first.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="before">The version that they come before.</param>
    /// <param name="upTo">The last position that counts.</param>
    /// <param name="limit">The most events.</param>
    public static string QueryBack(StreamName stream, StreamVersion before, LogPosition upTo, int limit)
    {
        // COPY takes no parameters: as hexadecimal digits a name cannot be anything else.
        var name = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(StoredText.Escape(stream.Value)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select {Selection} from qubes.mt_events
            where stream_id = convert_from(decode('{name}', 'hex'), 'UTF8') and version < {before.Value} and seq_id <= {upTo.Value}
            order by version desc limit {limit}
            """);
    }

    /// <summary>The event in the current row.</summary>
    /// <exception cref="UnknownEventException">It cannot be read.</exception>
    public RecordedEvent Decode(CopyRows row)
    {
        var position = new LogPosition(row.Integer((int)Column.Position));
        var type = Text(row, Column.Type);
        try
        {
            var isErased = row.Json((int)Column.Erased).SequenceEqual("true"u8);
            return new RecordedEvent(
                position,
                row.Guid((int)Column.Id),
                new StreamName(Text(row, Column.Stream)),
                new StreamVersion(row.Integer((int)Column.Version)),
                LogTime.ToTime(row.Microseconds((int)Column.Time)),
                type,
                isErased ? null : serializer.Read(type, row.Json((int)Column.Payload)),
                isErased ? null : DecodeMetadata(row));
        }
        catch (JsonException e)
        {
            throw new UnknownEventException(position, type, e.Message, e);
        }
    }

    private EventMetadata DecodeMetadata(CopyRows row)
    {
        if (row.IsNull((int)Column.Method))
        {
            throw new JsonException("its headers name no method");
        }

        var causation = row.IsNull((int)Column.CausationId) ? null : StoredText.Unescape(requests.Get(row.Bytes((int)Column.CausationId)));
        return new EventMetadata(StoredText.Unescape(requests.Get(row.Bytes((int)Column.CorrelationId))), causation, Text(row, Column.User))
        {
            Method = Text(row, Column.Method),
            Argument = Text(row, Column.Argument),
            Destination = Text(row, Column.Destination),
            Peer = row.IsNull((int)Column.Peer) ? null : JsonSerializer.Deserialize(row.Json((int)Column.Peer), HeadersJson.Default.Peer),
            Announced = row.IsNull((int)Column.Announced)
                ? null
                : JsonSerializer.Deserialize(row.Json((int)Column.Announced), HeadersJson.Default.EquatableArrayAnnouncement),
        };
    }

    private string Text(CopyRows row, Column column) => StoredText.Unescape(texts.Get(row.Bytes((int)column)));
}
