using System.Text.Json;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Gives JSON a form that depends on what it says and not on how it is written: <c>jsonb</c> reorders keys and drops spaces.</summary>
/// <remarks>Members are sorted by the bytes of their UTF-8 names; numbers are whole numbers. Description: docs/event-log.md.</remarks>
internal static class CanonicalJson
{
    private const int DeepestNesting = 32;

    /// <summary>Appends the canonical form of one JSON value.</summary>
    /// <param name="json">The value as UTF-8.</param>
    /// <param name="output">Gets the canonical form.</param>
    /// <param name="omit">Members of the outermost object that are left out.</param>
    /// <exception cref="JsonException">It is no JSON, holds a number that is not whole, or names a member twice.</exception>
    public static void Write(ReadOnlySpan<byte> json, CanonicalWriter output, IReadOnlyList<byte[]>? omit = null)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
        reader.Read();
        WriteValue(ref reader, output, omit);
        if (reader.Read())
        {
            throw new JsonException("more than one value");
        }
    }

    /// <summary>Appends the canonical form of an object from which some members are taken.</summary>
    /// <param name="json">The object as UTF-8.</param>
    /// <param name="output">Gets the canonical form of the other members.</param>
    /// <param name="taken">Takes members.</param>
    /// <exception cref="JsonException">As of the other form, or it is no object.</exception>
    public static void Write(ReadOnlySpan<byte> json, CanonicalWriter output, ChainMembers taken)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the headers are no object");
        }

        WriteObject(ref reader, output, null, taken);
        if (reader.Read())
        {
            throw new JsonException("more than one value");
        }
    }

    private static void WriteValue(ref Utf8JsonReader reader, CanonicalWriter output, IReadOnlyList<byte[]>? omit)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                output.Sign((byte)'n');
                break;
            case JsonTokenType.True:
                output.Sign((byte)'t');
                break;
            case JsonTokenType.False:
                output.Sign((byte)'f');
                break;
            case JsonTokenType.String:
                WriteText(ref reader, output);
                break;
            case JsonTokenType.Number:
                WriteNumber(reader.ValueSpan, output);
                break;
            case JsonTokenType.StartArray:
                output.Sign((byte)'l');
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    WriteValue(ref reader, output, null);
                }

                output.Sign((byte)'e');
                break;
            default:
                WriteObject(ref reader, output, omit, null);
                break;
        }
    }

    private static void WriteText(ref Utf8JsonReader reader, CanonicalWriter output)
    {
        if (!reader.ValueIsEscaped)
        {
            output.Text(reader.ValueSpan);
            return;
        }

        var text = new byte[reader.ValueSpan.Length];
        output.Text(text.AsSpan(0, reader.CopyString(text)));
    }

    private static void WriteNumber(ReadOnlySpan<byte> digits, CanonicalWriter output)
    {
        if (digits.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0 || digits.SequenceEqual("-0"u8))
        {
            throw new JsonException("a number that is not whole");
        }

        output.Sign((byte)'i');
        output.Raw(digits);
        output.Sign((byte)'e');
    }

    private static void WriteObject(ref Utf8JsonReader reader, CanonicalWriter output, IReadOnlyList<byte[]>? omit, ChainMembers? taken)
    {
        output.Sign((byte)'d');
        var members = output.BeginMembers();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (taken?.TryTake(ref reader) == true)
            {
                continue;
            }

            if (IsOmitted(ref reader, omit))
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            var start = output.Length;
            WriteText(ref reader, output);
            var nameEnd = output.Length;
            reader.Read();
            WriteValue(ref reader, output, null);
            output.AddMember(start, nameEnd);
        }

        if (!output.TryEndMembers(members))
        {
            throw new JsonException("a member is named twice");
        }

        output.Sign((byte)'e');
    }

    private static bool IsOmitted(ref Utf8JsonReader reader, IReadOnlyList<byte[]>? omit)
    {
        for (var index = 0; index < omit?.Count; index++)
        {
            if (reader.ValueTextEquals(omit[index]))
            {
                return true;
            }
        }

        return false;
    }
}
