using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Texts in the form in which PostgreSQL can hold them: it stores neither NUL nor half a surrogate pair.</summary>
/// <remarks>Such a code unit, and the escape character itself (U+001A), becomes U+001A and four hexadecimal digits. Rules let hardly any
/// such text through; this keeps one that slips by from failing, or silently changing, a whole commit.</remarks>
internal static class StoredText
{
    private const char EscapeCharacter = '\u001a';
    private const int HexDigits = 4;

    /// <summary>The form to store.</summary>
    public static string Escape(string text)
    {
        var first = IndexOfUnstorable(text);
        if (first < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        for (; first >= 0; first = IndexOfUnstorable(rest))
        {
            escaped.Append(rest[..first]).Append(EscapeCharacter).Append(((int)rest[first]).ToString("x4", CultureInfo.InvariantCulture));
            rest = rest[(first + 1)..];
        }

        return escaped.Append(rest).ToString();
    }

    /// <summary>The text that <see cref="Escape"/> was given.</summary>
    public static string Unescape(string stored)
    {
        if (!stored.Contains(EscapeCharacter, StringComparison.Ordinal))
        {
            return stored;
        }

        var text = new StringBuilder(stored.Length);
        for (var index = 0; index < stored.Length; index++)
        {
            if (stored[index] == EscapeCharacter && stored.Length - index > HexDigits &&
                ushort.TryParse(stored.AsSpan(index + 1, HexDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                index += HexDigits;
            }
            else
            {
                text.Append(stored[index]);
            }
        }

        return text.ToString();
    }

    private static int IndexOfUnstorable(ReadOnlySpan<char> text)
    {
        for (var start = 0; start < text.Length;)
        {
            var next = text[start..].IndexOfAny('\0', EscapeCharacter);
            var surrogate = text[start..].IndexOfAnyInRange('\ud800', '\udfff');
            if (surrogate < 0 || (next >= 0 && next < surrogate))
            {
                return next < 0 ? -1 : start + next;
            }

            var at = start + surrogate;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return at;
            }

            start = at + 2;
        }

        return -1;
    }
}

/// <summary>Applies <see cref="StoredText"/> to every string of a payload.</summary>
internal sealed class StoredTextConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } stored ? StoredText.Unescape(stored) : null;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(StoredText.Escape(value));
}
