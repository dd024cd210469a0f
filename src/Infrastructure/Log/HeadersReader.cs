using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads the names out of an event's headers quickly: most members are texts that come again and again.</summary>
internal static class HeadersReader
{
    /// <summary>Reads headers as <see cref="HeadersJson"/> would, and whether the event was erased.</summary>
    /// <exception cref="JsonException">They are no object, or a member is not of its form.</exception>
    public static EventHeaders Read(ReadOnlySpan<byte> json, TextCache texts, out bool isErased)
    {
        string? method = null, argument = null, destination = null;
        Peer? peer = null;
        EquatableArray<Announcement>? announced = null;
        isErased = false;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the headers are no object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (name.SequenceEqual("Method"u8))
            {
                method = ReadText(ref reader, texts);
            }
            else if (name.SequenceEqual("Argument"u8))
            {
                argument = ReadText(ref reader, texts);
            }
            else if (name.SequenceEqual("Destination"u8))
            {
                destination = ReadText(ref reader, texts);
            }
            else if (name.SequenceEqual("Erased"u8))
            {
                reader.Read();
                isErased = reader.TokenType == JsonTokenType.True;
            }
            else if (name.SequenceEqual("Peer"u8))
            {
                peer = JsonSerializer.Deserialize(ref reader, HeadersJson.Default.Peer);
            }
            else if (name.SequenceEqual("Announced"u8))
            {
                announced = JsonSerializer.Deserialize(ref reader, HeadersJson.Default.EquatableArrayAnnouncement);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new EventHeaders { Method = method, Argument = argument, Destination = destination, Peer = peer, Announced = announced };
    }

    private static string? ReadText(ref Utf8JsonReader reader, TextCache texts)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String when !reader.ValueIsEscaped => texts.Get(reader.ValueSpan),
            JsonTokenType.String => StoredText.Unescape(reader.GetString() ?? ""),
            JsonTokenType.Null => null,
            _ => throw new JsonException("a header is no text"),
        };
    }
}
