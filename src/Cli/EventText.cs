using System.Buffers;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>Events as people and as machines read them.</summary>
internal static class EventText
{
    /// <summary>One event as a JSON object.</summary>
    internal static string Json(RecordedEvent recorded, EventSerializer serializer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, recorded, serializer);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the members of an event.</summary>
    internal static void Write(Utf8JsonWriter json, RecordedEvent recorded, EventSerializer serializer)
    {
        json.WriteNumber("position", recorded.Position.Value);
        if (recorded.EphemeralNumber is { } number)
        {
            json.WriteNumber("ephemeral", number);
        }

        json.WriteString("time", recorded.Time);
        json.WriteString("type", recorded.Type);
        json.WriteString("stream", recorded.Stream.Value);
        json.WriteNumber("version", recorded.Version.Value);
        WriteMetadata(json, recorded.Metadata);
        json.WritePropertyName("data");
        WriteData(json, recorded, serializer);
    }

    /// <summary>What an event says, in a few words; <paramref name="nameOf"/> finds the name of a qube.</summary>
    internal static string Summary(RecordedEvent recorded, Func<QubeId, string> nameOf) =>
        recorded.Event is { } change ? EventSummary.Of(change, nameOf) : "(erased)";

    /// <summary>What an event is about.</summary>
    internal static string Subject(RecordedEvent recorded, Func<QubeId, string> nameOf) =>
        recorded.Stream.Kind == "qube" && QubeId.TryParse(recorded.Stream.Value["qube-".Length..], out var id) ? nameOf(id) : recorded.Stream.Value;

    private static void WriteMetadata(Utf8JsonWriter json, EventMetadata? metadata)
    {
        if (metadata is null)
        {
            json.WriteBoolean("erased", true);
            return;
        }

        json.WriteString("correlation", metadata.CorrelationId);
        json.WriteString("causation", metadata.CausationId);
        json.WriteString("source", metadata.Source);
        json.WriteString("method", metadata.Method);
        json.WriteString("arg", metadata.Argument);
        json.WriteString("dest", metadata.Destination);
        if (metadata.Peer is { } peer)
        {
            json.WriteStartObject("peer");
            json.WriteNumber("uid", peer.UserId);
            json.WriteNumber("pid", peer.ProcessId);
            json.WriteString("command", peer.Command);
            json.WriteEndObject();
        }
    }

    private static void WriteData(Utf8JsonWriter json, RecordedEvent recorded, EventSerializer serializer)
    {
        if (recorded.Event is null)
        {
            json.WriteNullValue();
            return;
        }

        var data = new ArrayBufferWriter<byte>();
        serializer.Write(recorded.Event, data);
        json.WriteRawValue(data.WrittenSpan);
    }
}
