using System.Globalization;

namespace Qubes.Cqrs.Api;

/// <summary>Text for a terminal, which must not obey what others wrote.</summary>
internal static class TerminalText
{
    /// <summary>A text with its control characters spelt out, but for line feeds.</summary>
    internal static string Printable(string text) => string.Concat(text.Select(letter =>
        char.IsControl(letter) && letter != '\n' ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}") : letter.ToString()));
}
