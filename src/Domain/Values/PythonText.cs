using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Texts as Python shows them, which clients of the API see in messages.</summary>
public static class PythonText
{
    /// <summary>The literal of a string: single quotes unless it holds only those, with escapes.</summary>
    /// <remarks>Source: spec, wire protocol 2.2.</remarks>
    public static string Repr(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var literal = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(literal, rune, quote);
        }

        return literal.Append(quote).ToString();
    }

    private static void Append(StringBuilder literal, Rune rune, char quote)
    {
        switch (rune.Value)
        {
            case '\\':
                literal.Append(@"\\");
                break;
            case '\n':
                literal.Append(@"\n");
                break;
            case '\r':
                literal.Append(@"\r");
                break;
            case '\t':
                literal.Append(@"\t");
                break;
            case var value when value == quote:
                literal.Append('\\').Append(quote);
                break;
            case < 0x20 or (>= 0x7f and < 0xa1) or 0xad:
                literal.Append("\\x" + Hex(rune, 2));
                break;
            case > 0xff when !IsPrintable(rune):
                literal.Append(rune.Value > 0xffff ? "\\U" + Hex(rune, 8) : "\\u" + Hex(rune, 4));
                break;
            default:
                literal.Append(rune.ToString());
                break;
        }
    }

    private static string Hex(Rune rune, int digits) => rune.Value.ToString("x" + digits, CultureInfo.InvariantCulture);

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.SpaceSeparator);
}
