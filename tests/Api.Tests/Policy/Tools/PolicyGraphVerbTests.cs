using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary><c>qubesd policy graph</c>: both forms hold what they are given, whatever it is.</summary>
public sealed class PolicyGraphVerbTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly ImmutableArray<PolicyEdge> Edges =
        [new("work", "vault", false, ["one"]), new("work", "@dispvm:dvm", true, ["one", "two", "three", "four"]), new("dom0", "work", false, ["*"])];

    [Fact]
    public void In_the_language_of_graphviz() => Assert.Equal(
        """
        digraph policy {
          rankdir=LR;
          node [shape=box, style=rounded, fontname="sans-serif"];
          edge [fontname="sans-serif", fontsize=10];
          "@dispvm:dvm";
          "dom0" [style="rounded,bold"];
          "vault";
          "work";
          "work" -> "vault" [label="one", tooltip="work -> vault\none"];
          "work" -> "@dispvm:dvm" [label="one, two and 2 more", tooltip="work -> @dispvm:dvm (asks)\none\ntwo\nthree\nfour", style=dashed];
          "dom0" -> "work" [label="*", tooltip="dom0 -> work\n*"];
        }

        """, DotGraph.Write(Edges));

    [Fact]
    public void As_a_picture_with_a_box_for_each_qube_and_a_line_for_each_edge()
    {
        var picture = XDocument.Parse(SvgGraph.Write(Edges)).Root!;
        Assert.Equal(["@dispvm:dvm", "dom0", "vault", "work"], Groups(picture, "node", "node admin").Select(node => node.Element(Svg + "text")!.Value));
        Assert.Equal(["work -> vault\none", "dom0 -> work\n*"], Groups(picture, "edge").Select(edge => edge.Element(Svg + "title")!.Value));
        Assert.Equal("work -> @dispvm:dvm (asks)\none\ntwo\nthree\nfour", Assert.Single(Groups(picture, "edge ask")).Element(Svg + "title")!.Value);
        var size = double.Parse(picture.Attribute("width")!.Value, CultureInfo.InvariantCulture);
        Assert.All(
            picture.Descendants(Svg + "rect").Where(box => box.Attribute("x") is not null), box => Assert.InRange((double)box.Attribute("x")!, 0, size - (double)box.Attribute("width")!));
    }

    [Fact]
    public void Hostile_names_stay_texts()
    {
        ImmutableArray<PolicyEdge> hostile = [new("\"]; evil [label=\"", "</text><script>alert(1)</script>\\", true, ["a\u0001b\ud800c\uffff&\n\"\\"])];
        var dot = DotGraph.Write(hostile);
        Assert.Contains("\"\\\"]; evil [label=\\\"\"", dot, StringComparison.Ordinal);
        Assert.Contains("</script>\\\\\"", dot, StringComparison.Ordinal);
        var picture = XDocument.Parse(SvgGraph.Write(hostile));
        Assert.DoesNotContain(picture.Descendants(), element => element.Name.LocalName is "script");
        Assert.Contains("</text><script>alert(1)</script>\\", picture.Descendants(Svg + "text").Select(text => text.Value));
    }

    [Fact]
    public void Nothing_and_very_much_can_be_drawn()
    {
        Assert.Equal("svg", XDocument.Parse(SvgGraph.Write([])).Root!.Name.LocalName);
        Assert.EndsWith("}\n", DotGraph.Write([]), StringComparison.Ordinal);
        var many = Enumerable.Range(0, 3000).Select(at => new PolicyEdge($"qube{at % 200}", $"qube{(at * 7) % 199}", at % 3 == 0, ["svc"])).ToImmutableArray();
        Assert.Equal(200, Groups(XDocument.Parse(SvgGraph.Write(many)).Root!, "node").Count());
    }

    private static IEnumerable<XElement> Groups(XElement picture, params string[] classes) =>
        picture.Elements(Svg + "g").Where(group => classes.Contains(group.Attribute("class")?.Value));
}
