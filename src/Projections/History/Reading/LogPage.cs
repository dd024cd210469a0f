using System.Buffers;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Some of the events that a question means, the newest first, and where to go on.</summary>
/// <remarks>On the wire: a line of JSON with <c>after</c> and <c>before</c>, then one line of JSON for each event.</remarks>
/// <param name="After">What the question's beginning stands for: to be asked for again with the next page.</param>
/// <param name="Before">Where the next page begins; null when there is no more.</param>
/// <param name="Lines">The lines of the events, each with its end.</param>
public sealed record LogPage(LogPosition After, LogPosition? Before, ReadOnlyMemory<byte> Lines)
{
    /// <summary>Writes it.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("after", After.Value);
            if (Before is { } before)
            {
                json.WriteNumber("before", before.Value);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Write(Lines.Span);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It is no page.</exception>
    public static LogPage Read(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new JsonException("a page begins with a line of its own");
        }

        var reader = new Utf8JsonReader(bytes.Span[..end]);
        var (after, before) = (0L, -1L);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isAfter, isBefore) = (reader.ValueTextEquals("after"u8), reader.ValueTextEquals("before"u8));
            reader.Read();
            after = isAfter && reader.TryGetInt64(out var first) ? first : after;
            before = isBefore && reader.TryGetInt64(out var next) ? next : before;
        }

        return new LogPage(new LogPosition(after), before < 0 ? null : new LogPosition(before), bytes[(end + 1)..]);
    }
}
