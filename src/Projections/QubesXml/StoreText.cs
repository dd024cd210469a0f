using System.Buffers;
using System.Globalization;
using System.Numerics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Reads the texts of the store as the original does.</summary>
/// <remarks>Source: spec, addenda 5 and properties (generic).</remarks>
internal static class StoreText
{
    /// <summary>The original's own limit, which also keeps a hostile number cheap.</summary>
    private const int MostDigits = 4300;

    private static readonly SearchValues<char> DigitCharacters = SearchValues.Create("0123456789_");

    /// <summary>A whole number: sign, white space around it, <c>_</c> between digits and leading zeros are allowed.</summary>
    public static bool TryInteger(string text, out BigInteger number)
    {
        number = default;
        var digits = text.AsSpan().Trim();
        var negative = digits is ['-', ..];
        if (digits is ['-' or '+', ..])
        {
            digits = digits[1..];
        }

        if (digits is [] or ['_', ..] or [.., '_'] || digits.Length > MostDigits || digits.Contains("__", StringComparison.Ordinal)
            || digits.ContainsAnyExcept(DigitCharacters))
        {
            return false;
        }

        number = BigInteger.Parse(digits.ToString().Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);
        number = negative ? -number : number;
        return true;
    }

    /// <summary>A whole number that fits, or null.</summary>
    public static int? AsInt32(string text) => TryInteger(text, out var number) && number >= int.MinValue && number <= int.MaxValue ? (int)number : null;

    /// <summary>A whole number that fits into 64 bits, or null.</summary>
    public static long? AsInt64(string text) => TryInteger(text, out var number) && number >= long.MinValue && number <= long.MaxValue ? (long)number : null;

    /// <summary>A truth value in any of its spellings, or null.</summary>
    public static bool? AsBoolean(string? text) => text?.ToUpperInvariant() switch
    {
        "1" or "YES" or "TRUE" or "ON" => true,
        "0" or "NO" or "FALSE" or "OFF" => false,
        _ => null,
    };

    /// <summary>A UUID as Python reads it: hyphens, braces, upper case and the prefix <c>urn:uuid:</c> make no difference.</summary>
    public static QubeId? AsUuid(string text)
    {
        var digits = text.Replace("urn:", "", StringComparison.Ordinal).Replace("uuid:", "", StringComparison.Ordinal).Trim('{', '}')
            .Replace("-", "", StringComparison.Ordinal);
        return Guid.TryParseExact(digits, "N", out var value) ? new QubeId(value) : null;
    }

    /// <summary>The number after the first hyphen of <c>domain-7</c> or <c>label-3</c>, or null.</summary>
    public static int? AfterHyphen(string? text) => text?.Split('-', 2) is [_, var number] ? AsInt32(number) : null;
}
