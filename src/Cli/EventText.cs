using System.Buffers;
using System.Globalization;
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
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What an event says, in a few words; <paramref name="nameOf"/> finds the name of a qube.</summary>
    internal static string Summary(RecordedEvent recorded, Func<QubeId, string> nameOf) => recorded.Event switch
    {
        null => "(erased)",
        PropertySet e => $"{e.Property} = {Show(e.Value, nameOf)}{(e.Old is null ? "" : $" (was {Show(e.Old, nameOf)})")}",
        PropertyReset e => $"{e.Property} back to its default{(e.Old is null ? "" : $" (was {Show(e.Old, nameOf)})")}",
        FeatureSet e => $"{e.Feature} = {Quote(e.Value)}{(e.Old is null ? "" : $" (was {Quote(e.Old)})")}",
        FeatureRemoved e => e.Feature,
        TagAdded e => e.Tag,
        TagRemoved e => e.Tag,
        LabelAdded e => $"{e.Name} {e.Color}",
        NotesSet e => $"{e.Text.Length.ToString(CultureInfo.InvariantCulture)} characters",
        FirewallSet e => e.Rules is { } rules ? $"{rules.Count.ToString(CultureInfo.InvariantCulture)} rules" : "nothing set",
        FirewallExpired e => DateTimeOffset.FromUnixTimeSeconds(e.TimeUnixSeconds).ToString("u", CultureInfo.InvariantCulture),
        QubeAdded e => $"{e.Class} {e.Name}",
        QubeRemoved e => nameOf(e.Qube),
        PoolAdded e => $"{e.Name} ({e.Driver})",
        PoolRemoved e => e.Name,
        VolumeConfigured e => $"{e.Volume.Name} in {e.Volume.Pool}",
        DeviceAssigned e => $"{e.Assignment.Class} {e.Assignment.Backend}:{e.Assignment.Port} {e.Assignment.Mode}",
        DeviceUnassigned e => $"{e.Class} {e.Backend}:{e.Port}",
        MarkSet e => $"{e.Name} = position {e.Position.ToString(CultureInfo.InvariantCulture)}",
        MarkRemoved e => e.Name,
        HostObserved e => $"{e.Facts.MemoryMiB.ToString(CultureInfo.InvariantCulture)} MiB, {e.Facts.Kernels.Count.ToString(CultureInfo.InvariantCulture)} kernels",
        _ => "",
    };

    /// <summary>What an event is about.</summary>
    internal static string Subject(RecordedEvent recorded, Func<QubeId, string> nameOf) =>
        recorded.Stream.Kind == "qube" && QubeId.TryParse(recorded.Stream.Value["qube-".Length..], out var id) ? nameOf(id) : recorded.Stream.Value;

    private static string Show(PropertyValue value, Func<QubeId, string> nameOf) =>
        value.IsNone ? "none" : value.AsQube() is { } id ? nameOf(id) : Quote(value.Text!); // not none

    private static string Quote(string text) => text.Length == 0 ? "''" : text;

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
