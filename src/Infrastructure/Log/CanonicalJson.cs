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
                WriteObject(ref reader, output, omit);
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

    private static void WriteObject(ref Utf8JsonReader reader, CanonicalWriter output, IReadOnlyList<byte[]>? omit)
    {
        output.Sign((byte)'d');
        var start = output.Length;
        var members = new MemberList();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (IsOmitted(ref reader, omit))
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            var from = output.Length;
            WriteText(ref reader, output);
            var name = output.Length;
            reader.Read();
            WriteValue(ref reader, output, null);
            members.Add(from, name - from, output.Length - from, output);
        }

        members.Sort(start, output);
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

    /// <summary>The members of one object as they were written; most objects come sorted and cost nothing here.</summary>
    private struct MemberList
    {
        private List<(int Start, int Name, int Length)>? members;
        private bool unsorted;

        public void Add(int start, int name, int length, CanonicalWriter output)
        {
            members ??= [];
            members.Add((start, name, length));
            if (members.Count > 1 && Compare(members[^2], members[^1], output) >= 0)
            {
                unsorted = true;
            }
        }

        public readonly void Sort(int start, CanonicalWriter output)
        {
            if (!unsorted || members is null)
            {
                return;
            }

            members.Sort((left, right) => Compare(left, right, output));
            for (var index = 1; index < members.Count; index++)
            {
                if (Compare(members[index - 1], members[index], output) == 0)
                {
                    throw new JsonException("a member is named twice");
                }
            }

            output.Reorder(start, members.ConvertAll(member => (member.Start, member.Length)));
        }

        private static int Compare((int Start, int Name, int Length) left, (int Start, int Name, int Length) right, CanonicalWriter output) =>
            NameOf(left, output).SequenceCompareTo(NameOf(right, output));

        private static ReadOnlySpan<byte> NameOf((int Start, int Name, int Length) member, CanonicalWriter output)
        {
            var encoded = output.Written.Slice(member.Start, member.Name);
            return encoded[(encoded.IndexOf((byte)':') + 1)..];
        }
    }
}
