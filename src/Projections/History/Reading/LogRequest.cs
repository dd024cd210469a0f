using System.Buffers;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What <c>qubes.cqrs.Log</c> is asked: which events, in which form, and how many.</summary>
/// <remarks>One JSON object, whose members have the names of the options of <c>qubes-history log</c>. docs/history.md.</remarks>
public sealed record LogRequest
{
    /// <summary>The most entries that are given at once.</summary>
    public const int MostEntries = 1000;

    private const int MostTypes = 100;
    private const int LongestText = 1024;

    /// <summary>Which events.</summary>
    public LogQuestion Question { get; init; } = new();

    /// <summary>How many, at most <see cref="MostEntries"/>.</summary>
    public int Limit { get; init; } = MostEntries;

    /// <summary>Whether whole events are wanted, and not what a person reads.</summary>
    public bool WholeEvents { get; init; }

    /// <summary>Of the events that the question means, only those after this position: as the page before said.</summary>
    public LogPosition? After { get; init; }

    /// <summary>Of the events that the question means, only those before this position: as the page before said.</summary>
    public LogPosition? Before { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("limit", Limit);
        json.WriteBoolean("events", WholeEvents);
        Write(json, "after", After?.Value);
        Write(json, "before", Before?.Value);
        Write(json, "from", Question.From);
        Write(json, "to", Question.To);
        Write(json, "qube", Question.Qube);
        Write(json, "area", Question.Area);
        Write(json, "property", Question.Property);
        Write(json, "feature", Question.Feature);
        Write(json, "caller", Question.Caller);
        Write(json, "method", Question.Method);
        Write(json, "since", Question.Since);
        Write(json, "until", Question.Until);
        Write(json, "text", Question.Text);
        if (Question.Types.Count > 0)
        {
            json.WriteStrings("type", Question.Types);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads what somebody sent.</summary>
    /// <exception cref="JsonException">It is no such object, or asks for more than may be asked for; the text says what was expected.</exception>
    public static LogRequest Read(ReadOnlySpan<byte> untrusted)
    {
        try
        {
            var reader = new Utf8JsonReader(untrusted, new JsonReaderOptions { MaxDepth = 2 });
            return Read(ref reader);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            throw new JsonException("expected a JSON object of conditions", e);
        }
    }

    private static LogRequest Read(ref Utf8JsonReader reader)
    {
        var request = new LogRequest();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!; // the name of a member
            if (!seen.Add(name) || !reader.Read())
            {
                throw new JsonException();
            }

            request = request.With(name, ref reader);
        }

        return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? request : throw new JsonException();
    }

    private LogRequest With(string name, ref Utf8JsonReader reader) => name switch
    {
        "limit" => this with { Limit = (int)Number(ref reader, 1, MostEntries) },
        "events" => this with { WholeEvents = reader.GetBoolean() },
        "after" => this with { After = new LogPosition(Number(ref reader, 0, long.MaxValue)) },
        "before" => this with { Before = new LogPosition(Number(ref reader, 0, long.MaxValue)) },
        _ => this with { Question = With(Question, name, ref reader) },
    };

    private static LogQuestion With(LogQuestion question, string name, ref Utf8JsonReader reader) => name switch
    {
        "from" => question with { From = reader.GetInt64() },
        "to" => question with { To = reader.GetInt64() },
        "qube" => question with { Qube = Text(ref reader) },
        "area" => question with { Area = Text(ref reader) },
        "property" => question with { Property = Text(ref reader) },
        "feature" => question with { Feature = Text(ref reader) },
        "caller" => question with { Caller = Text(ref reader) },
        "method" => question with { Method = Text(ref reader) },
        "since" => question with { Since = Text(ref reader) },
        "until" => question with { Until = Text(ref reader) },
        "text" => question with { Text = Text(ref reader) },
        "type" => question with { Types = Texts(ref reader) },
        _ => throw new JsonException(),
    };

    private static List<string> Texts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(texts.Count < MostTypes ? Text(ref reader) : throw new JsonException());
        }

        return texts;
    }

    private static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: <= LongestText } text ? text : throw new JsonException();

    private static long Number(ref Utf8JsonReader reader, long least, long most) =>
        reader.GetInt64() is var number && number >= least && number <= most ? number : throw new JsonException();

    private static void Write(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
