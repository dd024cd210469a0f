using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Numbers and truth values in the calls about storage.</summary>
/// <remarks>Source: spec, wire protocol 5 (number parser, boolean payload); addenda 5.</remarks>
public static class StorageNumbers
{
    private const int MaxDigits = 19;

    /// <summary>A whole number in plain decimal digits.</summary>
    /// <param name="untrusted">What the client sent.</param>
    /// <param name="name">The number's name in refusals.</param>
    /// <param name="allowNegative">Whether a minus sign may stand before the digits.</param>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static Int128 Parse(ReadOnlySpan<byte> untrusted, string name, bool allowNegative = false)
    {
        var negative = allowNegative && untrusted is [(byte)'-', ..];
        var digits = negative ? untrusted[1..] : untrusted;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            throw new InvalidRequestException($"{name} contains non ASCII digits");
        }

        if (digits.Length > MaxDigits)
        {
            throw new InvalidRequestException($"{name} is bigger than {MaxDigits} decimal digits");
        }

        if (digits is [(byte)'0', _, ..])
        {
            throw new InvalidRequestException($"{name} contains spurious leading zeros");
        }

        var number = Int128.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return negative ? -number : number;
    }

    /// <summary>A truth value, in any case.</summary>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static bool ParseTruth(ReadOnlySpan<byte> untrusted) =>
        (Ascii.IsValid(untrusted) ? PropertyParsers.TryBoolean(Encoding.ASCII.GetString(untrusted)) : null) ??
        throw new InvalidRequestException("Payload is not boolean ASCII");

    /// <summary>A number of revisions; -1 switches snapshots off.</summary>
    /// <exception cref="InvalidRequestException">It is no number.</exception>
    /// <exception cref="InvalidValueException">It is more than can be kept.</exception>
    public static long ParseRevisions(ReadOnlySpan<byte> untrusted)
    {
        var number = Parse(untrusted, "Revisions to keep", allowNegative: true);
        return number <= long.MaxValue ? (long)number : throw new InvalidValueException("Invalid value for revisions_to_keep");
    }

    /// <summary>A whole number as Python reads it from a text: sign, white space around it, underscores between digits.</summary>
    /// <returns>False when it is none, or more than 63 bits hold.</returns>
    public static bool TryInteger(string text, out long number)
    {
        number = 0;
        var trimmed = text.AsSpan().Trim();
        var digits = trimmed is ['+' or '-', ..] ? trimmed[1..] : trimmed;
        if (digits is [] or ['_', ..] or [.., '_'] || digits.Contains("__", StringComparison.Ordinal) || digits.IndexOfAnyExcept("0123456789_") >= 0)
        {
            return false;
        }

        return long.TryParse(
            trimmed.ToString().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}
