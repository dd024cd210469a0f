using System.Buffers;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Events as people and as machines read them.</summary>
public static class EventText
{
    /// <summary>One event as a JSON object.</summary>
    public static string Json(RecordedEvent recorded, IEventPayloads payloads)
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteObject(buffer, recorded, payloads);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One event as a line with a JSON object.</summary>
    public static void WriteLine(IBufferWriter<byte> output, RecordedEvent recorded, IEventPayloads payloads)
    {
        WriteObject(output, recorded, payloads);
        output.Write("\n"u8);
    }

    /// <summary>Writes the members of an event.</summary>
    public static void Write(Utf8JsonWriter json, RecordedEvent recorded, IEventPayloads payloads)
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
        WriteData(json, recorded, payloads);
    }

    /// <summary>What an event says, in a few words; <paramref name="nameOf"/> finds the name of a qube.</summary>
    public static string Summary(RecordedEvent recorded, Func<QubeId, string> nameOf) =>
        recorded.Event is { } change ? EventSummary.Of(change, nameOf) : "(erased)";

    /// <summary>What an event is about.</summary>
    public static string Subject(RecordedEvent recorded, Func<QubeId, string> nameOf) =>
        recorded.Stream.Kind == "qube" && QubeId.TryParse(recorded.Stream.Value["qube-".Length..], out var id) ? nameOf(id) : recorded.Stream.Value;

    private static void WriteObject(IBufferWriter<byte> output, RecordedEvent recorded, IEventPayloads payloads)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        Write(json, recorded, payloads);
        json.WriteEndObject();
    }

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

    private static void WriteData(Utf8JsonWriter json, RecordedEvent recorded, IEventPayloads payloads)
    {
        if (recorded.Event is null)
        {
            json.WriteNullValue();
            return;
        }

        var data = new ArrayBufferWriter<byte>();
        payloads.Write(recorded.Event, data);
        json.WriteRawValue(data.WrittenSpan);
    }
}
