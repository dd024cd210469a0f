using System.Collections.Immutable;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Who may call whom, in the language of Graphviz.</summary>
internal static class DotGraph
{
    internal static string Write(ImmutableArray<PolicyEdge> edges)
    {
        var text = new StringBuilder("digraph policy {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        foreach (var name in edges.SelectMany(edge => new[] { edge.Source, edge.Target }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            text.Append("  ").Append(Quoted(name)).Append(name == "dom0" ? " [style=\"rounded,bold\"]" : "").Append(";\n");
        }

        foreach (var edge in edges)
        {
            text.Append("  ").Append(Quoted(edge.Source)).Append(" -> ").Append(Quoted(edge.Target));
            text.Append(" [label=").Append(Quoted(GraphLabel.Short(edge))).Append(", tooltip=").Append(Quoted(GraphLabel.Long(edge)));
            text.Append(edge.IsAsked ? ", style=dashed];\n" : "];\n");
        }

        return text.Append("}\n").ToString();
    }

    // In a quoted text only the quote, the backslash and line feeds mean something.
    private static string Quoted(string text)
    {
        var clean = string.Join('\n', text.Split('\n').Select(GraphLabel.Clean));
        return '"' + clean.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + '"';
    }
}
