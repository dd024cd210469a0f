using System.Buffers;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Some of the events that a question means, the newest first, and where to go on.</summary>
/// <remarks>On the wire: a line of JSON with <c>count</c>, <c>after</c> and <c>before</c>, then one line of JSON for each event.</remarks>
/// <param name="After">What the question's beginning stands for: to be asked for again with the next page.</param>
/// <param name="Before">Where the next page begins; null when there is no more.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="Lines">The lines of the events, each with its end.</param>
public sealed record LogPage(LogPosition After, LogPosition? Before, int Count, ReadOnlyMemory<byte> Lines)
{
    /// <summary>Writes it.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("count", Count);
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
    /// <exception cref="JsonException">It is no page, or not all of one.</exception>
    public static LogPage Read(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new JsonException("a page begins with a line of its own");
        }

        var (count, after, before) = (-1L, 0L, -1L);
        var reader = new Utf8JsonReader(bytes.Span[..end]);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ref var number = ref before;
            if (reader.ValueTextEquals("count"u8))
            {
                number = ref count;
            }
            else if (reader.ValueTextEquals("after"u8))
            {
                number = ref after;
            }
            else if (!reader.ValueTextEquals("before"u8))
            {
                throw new JsonException("a page has a count, and where it begins and ends");
            }

            reader.Read();
            number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : throw new JsonException("expected a number");
        }

        var lines = bytes[(end + 1)..];
        return lines.Span.Count((byte)'\n') == count && (lines.IsEmpty || lines.Span[^1] == (byte)'\n')
            ? new LogPage(new LogPosition(after), before < 0 ? null : new LogPosition(before), (int)count, lines)
            : throw new JsonException("the page is not complete");
    }
}
