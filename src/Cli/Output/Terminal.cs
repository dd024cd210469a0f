using Qubes.Cqrs.Projections;
using Spectre.Console.Rendering;

namespace Qubes.Cqrs.Cli;

/// <summary>What a verb shows to a person.</summary>
internal static class Terminal
{
    /// <summary>Shows a table or another widget.</summary>
    internal static void Show(IRenderable widget) => Spectre.Console.AnsiConsole.Write(widget);

    /// <summary>A value on one line, with nothing that a terminal would obey.</summary>
    internal static string Printable(string value) => PrintableText.Of(value);
}
