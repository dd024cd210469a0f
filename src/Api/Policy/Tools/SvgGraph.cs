using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Who may call whom as a picture: the qubes on a circle, a line from each caller to whom it may call.</summary>
/// <remarks>Written here, since no library that lays graphs out can be restored: docs/dependencies.md. A line tells its services when the pointer rests on it.</remarks>
internal sealed class SvgGraph
{
    private const double NodeHeight = 26;
    private const double LetterWidth = 7.5;
    private const double Room = 46; // of a qube on the circle
    private const double LeastRadius = 130;
    private const int MostLabels = 40;
    private const string Namespace = "http://www.w3.org/2000/svg";

    private const string Style =
        "text{font:12px sans-serif;fill:#222} .node rect{fill:#eef3fa;stroke:#4a6ea9} .admin rect{fill:#fbe9e7;stroke:#b23c17} " +
        ".edge path{fill:none;stroke:#555;stroke-width:1.2;marker-end:url(#arrow)} .ask path{stroke:#b8860b;stroke-dasharray:5 4} .edge text{font-size:10px;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:3px}";

    private readonly ImmutableArray<PolicyEdge> edges;
    private readonly ImmutableArray<string> names;
    private readonly Dictionary<string, (double X, double Y)> places = new(StringComparer.Ordinal);
    private readonly double middleX;
    private readonly double middleY;

    private SvgGraph(ImmutableArray<PolicyEdge> edges)
    {
        this.edges = edges;
        names = [.. edges.SelectMany(edge => new[] { edge.Source, edge.Target }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var radius = Math.Max(LeastRadius, names.Length * Room / (2 * Math.PI));
        var widest = names.Select(WidthOf).DefaultIfEmpty(0).Max();
        middleX = radius + (widest / 2) + Room;
        middleY = radius + Room;
        for (var at = 0; at < names.Length; at++)
        {
            var angle = (2 * Math.PI * at / names.Length) - (Math.PI / 2);
            places[names[at]] = (middleX + (radius * Math.Cos(angle)), middleY + (radius * Math.Sin(angle)));
        }
    }

    internal static string Write(ImmutableArray<PolicyEdge> edges)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            new SvgGraph(edges).WriteTo(xml);
        }

        return text.Append('\n').ToString();
    }

    private void WriteTo(XmlWriter xml)
    {
        xml.WriteStartElement("svg", Namespace);
        xml.WriteAttributeString("viewBox", $"0 0 {Number(2 * middleX)} {Number(2 * middleY)}");
        xml.WriteAttributeString("width", Number(2 * middleX));
        xml.WriteAttributeString("height", Number(2 * middleY));
        xml.WriteElementString("title", Namespace, "Who may call whom");
        xml.WriteElementString("style", Namespace, Style);
        WriteArrow(xml);
        Write(xml, "rect", ("width", "100%"), ("height", "100%"), ("fill", "white"));
        foreach (var edge in edges)
        {
            WriteEdge(xml, edge);
        }

        foreach (var name in names)
        {
            WriteNode(xml, name);
        }

        xml.WriteEndElement();
    }

    private static void WriteArrow(XmlWriter xml)
    {
        xml.WriteStartElement("defs", Namespace);
        Start(xml, "marker", ("id", "arrow"), ("viewBox", "0 0 8 8"), ("refX", "8"), ("refY", "4"), ("markerWidth", "7"), ("markerHeight", "7"), ("orient", "auto"));
        Write(xml, "path", ("d", "M0 0L8 4L0 8z"), ("fill", "#555"));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // Bent towards the middle, so that the way there and the way back do not lie on each other, nor what is allowed and what is asked.
    private void WriteEdge(XmlWriter xml, PolicyEdge edge)
    {
        var (from, to) = (places[edge.Source], places[edge.Target]);
        var across = edge.IsAsked ? 0.32 : 0.12;
        var (acrossX, acrossY) = ((from.Y - to.Y) * across, (to.X - from.X) * across);
        var bend = (X: (from.X + to.X + middleX) / 3 + acrossX, Y: (from.Y + to.Y + middleY) / 3 + acrossY);
        var (start, end) = (Border(edge.Source, from, bend), Border(edge.Target, to, bend));
        Start(xml, "g", ("class", edge.IsAsked ? "edge ask" : "edge"));
        xml.WriteElementString("title", Namespace, GraphLabel.Long(edge));
        Write(xml, "path", ("d", $"M{Number(start.X)} {Number(start.Y)}Q{Number(bend.X)} {Number(bend.Y)} {Number(end.X)} {Number(end.Y)}"));
        if (edges.Length <= MostLabels)
        {
            WriteText(xml, (start.X + end.X + (2 * bend.X)) / 4, (start.Y + end.Y + (2 * bend.Y)) / 4, GraphLabel.Short(edge));
        }

        xml.WriteEndElement();
    }

    // Where the line to a point leaves the box of a qube.
    private static (double X, double Y) Border(string name, (double X, double Y) middle, (double X, double Y) towards)
    {
        var (x, y) = (towards.X - middle.X, towards.Y - middle.Y);
        var share = Math.Min(WidthOf(name) / 2 / Math.Max(Math.Abs(x), 0.01), NodeHeight / 2 / Math.Max(Math.Abs(y), 0.01));
        return (middle.X + (x * Math.Min(share, 1)), middle.Y + (y * Math.Min(share, 1)));
    }

    private void WriteNode(XmlWriter xml, string name)
    {
        var (x, y) = places[name];
        Start(xml, "g", ("class", name == "dom0" ? "node admin" : "node"));
        Write(
            xml, "rect", ("x", Number(x - (WidthOf(name) / 2))), ("y", Number(y - (NodeHeight / 2))), ("width", Number(WidthOf(name))), ("height", Number(NodeHeight)), ("rx", "6"));
        WriteText(xml, x, y + 4, GraphLabel.Clean(name));
        xml.WriteEndElement();
    }

    private static void WriteText(XmlWriter xml, double x, double y, string text)
    {
        Start(xml, "text", ("x", Number(x)), ("y", Number(y)), ("text-anchor", "middle"));
        xml.WriteString(text);
        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(xml, element, attributes);
        xml.WriteEndElement();
    }

    private static void Start(XmlWriter xml, string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        xml.WriteStartElement(element, Namespace);
        foreach (var (name, value) in attributes)
        {
            xml.WriteAttributeString(name, value);
        }
    }

    private static double WidthOf(string name) => (name.Length * LetterWidth) + 16;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
