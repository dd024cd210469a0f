using System.Globalization;

namespace Qubes.Cqrs.Projections;

/// <summary>Reads how people name a moment.</summary>
/// <param name="clock">What <c>5m ago</c> counts from.</param>
public sealed class MomentParser(TimeProvider clock)
{
    /// <summary>What is understood, for messages.</summary>
    public const string Understood =
        "a position such as 42, head or now, a time such as '2026-11-20', '2026-11-20 14:00', '2026-11-20T14:00:00+01:00', '2026-11-20 14:00 Europe/Berlin', " +
        "'14:00' or 'yesterday 14:00', 'today', 'yesterday', '30s ago', '5m ago', '2h ago', '3 days ago', '1w ago', or the name of a mark";

    private const int LongestMark = 64;

    private static readonly string[] Dates = ["yyyy-MM-dd"];
    private static readonly string[] Times = ["HH:mm", "H:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"];
    private static readonly string[] Offsets = ["zzz", "zz"];

    /// <summary>The moment that a text names.</summary>
    /// <exception cref="QuestionException">It names none.</exception>
    public NamedMoment Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed is "head" or "now")
        {
            return new NamedMoment.Head();
        }

        if (long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var position))
        {
            return new NamedMoment.Position(position);
        }

        try
        {
            return Ago(trimmed) ?? Day(trimmed) ?? Clock(trimmed) ?? (NamedMoment?)Mark(trimmed) ?? throw new QuestionException(NotUnderstood(text));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new QuestionException($"'{PrintableText.Of(text)}' lies outside of the calendar");
        }
    }

    /// <summary>What is said of a text that names no moment.</summary>
    public static string NotUnderstood(string text) =>
        $"'{PrintableText.Of(text)}' is neither a position nor a time nor a mark; understood is {Understood}";

    private NamedMoment.Time? Ago(string text)
    {
        if (!text.EndsWith(" ago", StringComparison.Ordinal))
        {
            return null;
        }

        var amount = text.AsSpan(0, text.Length - " ago".Length).TrimEnd();
        var digits = amount.IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 9 || Unit(amount[digits..].Trim()) is not { } unit)
        {
            return null;
        }

        var back = unit * (double)int.Parse(amount[..digits], CultureInfo.InvariantCulture);
        return back < (Now - DateTimeOffset.MinValue).TotalSeconds ? new(Now.AddSeconds(-back)) : throw new ArgumentOutOfRangeException(nameof(text));
    }

    /// <summary>A unit in seconds.</summary>
    private static int? Unit(ReadOnlySpan<char> word) => word switch
    {
        "s" or "sec" or "secs" or "second" or "seconds" => 1,
        "m" or "min" or "mins" or "minute" or "minutes" => 60,
        "h" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86_400,
        "w" or "week" or "weeks" => 7 * 86_400,
        _ => null,
    };

    /// <summary>A day by its date, <c>today</c> or <c>yesterday</c>, or a time on it, with a zone or without.</summary>
    private NamedMoment.Time? Day(string text)
    {
        var end = text.AsSpan().IndexOfAny(' ', 'T');
        var (first, rest) = end < 0 ? (text, "") : (text[..end], text[(end + 1)..].Trim());
        DateTime? date = first switch
        {
            "today" => Now.UtcDateTime.Date,
            "yesterday" => Now.UtcDateTime.Date.AddDays(-1),
            _ => DateTime.TryParseExact(first, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var named) ? named : null,
        };
        return date is null ? null
            : rest.Length == 0 ? (end < 0 ? new(new DateTimeOffset(DateTime.SpecifyKind(date.Value, DateTimeKind.Unspecified), TimeSpan.Zero)) : null)
            : TimeOf(date.Value, rest);
    }

    /// <summary>A time of today.</summary>
    private NamedMoment.Time? Clock(string text) => TimeOf(Now.UtcDateTime.Date, text);

    private static NamedMoment.Time? TimeOf(DateTime date, string text)
    {
        var end = text.AsSpan().IndexOfAny(" Z+-");
        var (clock, zone) = end < 0 ? (text, "") : (text[..end], text[end..].Trim());
        if (!DateTime.TryParseExact(clock, Times, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var time))
        {
            return null;
        }

        var local = DateTime.SpecifyKind(date, DateTimeKind.Unspecified) + time.TimeOfDay;
        return OffsetOf(zone, local) is { } offset ? new(new DateTimeOffset(local, offset).ToUniversalTime()) : null;
    }

    private static TimeSpan? OffsetOf(string zone, DateTime local)
    {
        if (zone is "" or "Z" or "UTC" or "GMT")
        {
            return TimeSpan.Zero;
        }

        if (zone[0] is '+' or '-')
        {
            return DateTimeOffset.TryParseExact(zone, Offsets, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed.Offset : null;
        }

        return IsZoneName(zone) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known.GetUtcOffset(local) : null;
    }

    // A name that is a path would be looked for outside of the zones.
    private static bool IsZoneName(string zone) =>
        zone.Length <= LongestMark && char.IsAsciiLetter(zone[0]) && zone.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '_' or '-' or '+');

    private static NamedMoment.Mark? Mark(string text) =>
        text.Length is > 0 and <= LongestMark && char.IsAsciiLetter(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? new(text)
            : null;

    private DateTimeOffset Now => clock.GetUtcNow();
}
