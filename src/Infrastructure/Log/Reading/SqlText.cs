using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Values within a statement that can take no parameters, as COPY cannot.</summary>
internal static class SqlText
{
    /// <summary>A text as an expression without any character of its own, whatever the server takes for an escape.</summary>
    public static string Of(string text) =>
        $"convert_from(decode('{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(StoredText.Escape(text)))}', 'hex'), 'UTF8')";

    /// <summary>A list for <c>in</c>.</summary>
    public static string List(IEnumerable<string> texts) => $"({string.Join(", ", texts.Select(Of))})";

    /// <summary>A number.</summary>
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text for <c>like</c>, each of its characters standing for itself.</summary>
    public static string LikeExactly(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
