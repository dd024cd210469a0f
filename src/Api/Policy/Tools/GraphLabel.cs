using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What stands beside an edge of a graph of the policy.</summary>
internal static class GraphLabel
{
    private const int Shown = 2;

    /// <summary>A few services, and how many more.</summary>
    internal static string Short(PolicyEdge edge) => edge.Services.Length <= Shown + 1
        ? string.Join(", ", edge.Services.Select(Clean))
        : string.Join(", ", edge.Services.Take(Shown).Select(Clean)) + string.Create(CultureInfo.InvariantCulture, $" and {edge.Services.Length - Shown} more");

    /// <summary>All of it, a service on each line.</summary>
    internal static string Long(PolicyEdge edge) =>
        $"{Clean(edge.Source)} -> {Clean(edge.Target)}{(edge.IsAsked ? " (asks)" : "")}\n" + string.Join('\n', edge.Services.Select(Clean));

    /// <summary>A text without what neither form of graph can hold: control characters and halves of characters.</summary>
    internal static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString()));
}
