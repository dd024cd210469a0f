using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>The grammar in which devices and assignments travel: <c>key='value' key='value'</c> in ASCII.</summary>
/// <remarks>A value that ends in a quote, a space, a key and <c>=</c> cannot be told from two pairs; every other one comes back as it was.
/// Source: spec, devices 3.</remarks>
public static class DeviceText
{
    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string KeyCharacters = Letters + "!#$%&()*+,-./:;<>?@[\\]^_{|}~";
    private const string ValueCharacters = KeyCharacters + "\"'`= ";
    private const string Begin = "='";
    private const string End = "' ";

    /// <summary>The pairs in order; of a key that is there twice the last value counts.</summary>
    /// <exception cref="InvalidRequestException">A key or a value has characters that it cannot have.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var pairs = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var key = begin < 0 ? text : text[..begin];
        while (begin >= 0)
        {
            var (value, next) = NextValue(text, begin + Begin.Length, out var nextKey);
            Add(pairs, key, value);
            (key, begin) = (nextKey, next);
        }

        if (key.Length > 0)
        {
            Add(pairs, key, "");
        }

        return pairs;
    }

    /// <summary>One pair.</summary>
    public static string Pair(string key, string value) => $"{key}='{value.Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>Refuses a text that no value can hold.</summary>
    /// <exception cref="InvalidRequestException">It has other characters.</exception>
    public static void CheckValue(string value) => Check(value, ValueCharacters, "Invalid chars in property value");

    /// <summary>Refuses a text that is no port id, <c>*</c> included.</summary>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static void CheckPort(string port)
    {
        if (port != DeviceAddress.Any)
        {
            Check(port, Letters + "._-", "Invalid chars in port id");
        }
    }

    /// <summary>The text with what no value can hold replaced by <c>_</c>.</summary>
    public static string Sanitise(string text) => Sanitise(text, ValueCharacters);

    /// <summary>The text with what is not in <paramref name="allowed"/> replaced by <c>_</c>.</summary>
    public static string Sanitise(string text, string allowed)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(allowed.Contains(character, StringComparison.Ordinal) ? character : '_');
        }

        return clean.ToString();
    }

    // A value reaches to the last quote and space before the next key; the last one loses its last character, whatever that is.
    private static (string Value, int Next) NextValue(string text, int start, out string nextKey)
    {
        for (int from = start, next; (next = text.IndexOf(Begin, from, StringComparison.Ordinal)) >= 0; from = next + 1)
        {
            var end = text.AsSpan(from, next - from).LastIndexOf(End);
            if (end >= 0)
            {
                end += from;
                nextKey = text[(end + End.Length)..next];
                return (Unquote(text[start..end]), next);
            }
        }

        nextKey = "";
        return (Unquote(text[start..Math.Max(start, text.Length - 1)]), -1);
    }

    private static string Unquote(string value) => value.Replace("\\'", "'", StringComparison.Ordinal);

    private static void Add(OrderedDictionary<string, string> pairs, string key, string value)
    {
        Check(key, KeyCharacters, "Invalid chars in property name");
        CheckValue(value);
        pairs[key] = value;
    }

    private static void Check(string text, string allowed, string complaint)
    {
        if (text.AsSpan().IndexOfAnyExcept(allowed) >= 0)
        {
            var wrong = text.Where(character => !allowed.Contains(character, StringComparison.Ordinal)).Distinct().Order();
            throw new InvalidRequestException($"{complaint}: {{{string.Join(", ", wrong.Select(character => PythonText.Repr(character.ToString())))}}}");
        }
    }
}
