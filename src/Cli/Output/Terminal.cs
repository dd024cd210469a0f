using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace Qubes.Cqrs.Cli;

/// <summary>What a verb shows to a person.</summary>
internal static class Terminal
{
    /// <summary>Shows a table or another widget.</summary>
    internal static void Show(IRenderable widget) => Spectre.Console.AnsiConsole.Write(widget);

    /// <summary>A value on one line, with nothing that a terminal would obey.</summary>
    internal static string Printable(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            if (character == '\n')
            {
                text.Append("\\n");
            }
            else if (char.IsControl(character))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            }
            else
            {
                text.Append(character);
            }
        }

        return text.ToString();
    }
}
