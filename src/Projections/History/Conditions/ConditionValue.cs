using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Qubes.Cqrs.Projections;

/// <summary>What a part of a condition comes to: a text, a list of texts, or nothing.</summary>
/// <param name="Text">The text; null for none, and for a list.</param>
internal sealed record ConditionValue(string? Text)
{
    /// <summary>What is not there.</summary>
    public static readonly ConditionValue None = new((string?)null);

    /// <summary>The items of a list; default for anything else.</summary>
    public ImmutableArray<string> Items { get; init; }

    /// <summary>Whether it counts as true: not none, not empty, not <c>False</c> and not 0.</summary>
    public bool IsTrue => Items.IsDefault ? Text is { Length: > 0 } and not ("0" or "False") : Items.Length > 0;

    /// <summary>A truth value.</summary>
    public static ConditionValue Of(bool truth) => new(truth ? "True" : "False");

    /// <summary>A number.</summary>
    public static ConditionValue Of(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A list.</summary>
    public static ConditionValue Of(IEnumerable<string> items) => None with { Items = [.. items] };

    /// <summary>Whether both are the same: numbers by value, anything else letter by letter.</summary>
    public bool IsSame(ConditionValue other) => Items.IsDefault && other.Items.IsDefault
        ? Text == other.Text || (Number is { } one && other.Number is { } two && one == two)
        : !Items.IsDefault && !other.Items.IsDefault && Items.SequenceEqual(other.Items);

    /// <summary>Which of two numbers is larger; null when one of them is none.</summary>
    public int? Compare(ConditionValue other) => Number is { } one && other.Number is { } two ? one.CompareTo(two) : null;

    /// <summary>Whether a list has this text, or a text has it as a part.</summary>
    public bool IsIn(ConditionValue other) => Text is { } text &&
        (other.Items.IsDefault ? other.Text?.Contains(text, StringComparison.Ordinal) == true : other.Items.Contains(text));

    private BigInteger? Number => BigInteger.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
