using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Values within a statement that can take no parameters, as COPY cannot.</summary>
internal static class SqlText
{
    /// <summary>A text as a literal that means the same whatever the server takes for an escape elsewhere.</summary>
    public static string Of(string text) =>
        $"E'{StoredText.Escape(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A list for <c>in</c>.</summary>
    public static string List(IEnumerable<string> texts) => $"({string.Join(", ", texts.Select(Of))})";

    /// <summary>A number.</summary>
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text for <c>like</c>, each of its characters standing for itself.</summary>
    public static string LikeExactly(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
