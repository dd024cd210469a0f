using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>The stores that the original daemon wrote at the end of each recorded script.</summary>
public sealed partial class RecordedStoreTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Stores");

    public static TheoryData<string> Stores => [.. Directory.GetFiles(Folder, "*.qubes.xml").Select(Path.GetFileName).Order().OfType<string>()];

    [Fact]
    public void All_recorded_stores_are_here() => Assert.Equal(33, Stores.Count);

    [Theory]
    [MemberData(nameof(Stores))]
    public void Import_then_export_gives_the_recorded_bytes(string store)
    {
        var recorded = File.ReadAllText(Path.Combine(Folder, store));
        var written = QubesXmlWriter.Write(Worlds.ImportWorld(Encoding.UTF8.GetBytes(recorded)));
        Assert.Equal(Normalised(recorded), Encoding.UTF8.GetString(written));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Import_then_export_gives_the_recorded_tree(string store)
    {
        var recorded = File.ReadAllBytes(Path.Combine(Folder, store));
        var written = QubesXmlWriter.Write(Worlds.ImportWorld(recorded));
        Assert.True(XNode.DeepEquals(Tree(recorded), Tree(written)));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Recorded_stores_give_no_warning(string store)
    {
        var import = Worlds.Import(File.ReadAllBytes(Path.Combine(Folder, store)));
        Assert.DoesNotContain(import.Warnings, warning => warning.Text != "default_template has no value");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void Export_then_import_gives_the_same_world(string store)
    {
        var world = Worlds.ImportWorld(File.ReadAllBytes(Path.Combine(Folder, store)));
        var again = Worlds.ImportWorld(QubesXmlWriter.Write(world));
        Assert.Equal(Worlds.Facts(world), Worlds.Facts(again));
    }

    /// <summary>The recorded text with sorted tags, without empty devices and with trimmed colours.</summary>
    private static string Normalised(string xml)
    {
        xml = EmptyDevices().Replace(xml, "");
        xml = ColourEnd().Replace(xml, "\"");
        return TagLines().Replace(xml, match => string.Concat(match.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .OrderBy(line => TagName().Match(line).Groups[1].Value, StringComparer.Ordinal)
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"{line}\n"))));
    }

    private static XElement Tree(byte[] xml)
    {
        var root = XElement.Parse(Encoding.UTF8.GetString(xml));
        root.Descendants("devices").Where(devices => devices.IsEmpty).ToList().ForEach(devices => devices.Remove());
        foreach (var tags in root.Descendants("tags").ToList())
        {
            tags.ReplaceNodes(tags.Elements().OrderBy(tag => (string?)tag.Attribute("name"), StringComparer.Ordinal).ToList());
        }

        foreach (var label in root.Descendants("label"))
        {
            label.SetAttributeValue("color", ((string?)label.Attribute("color"))?.TrimEnd());
        }

        return root;
    }

    [GeneratedRegex("^ *<devices class=\"[^\"]*\"/>\n", RegexOptions.Multiline)]
    private static partial Regex EmptyDevices();

    [GeneratedRegex("(?<=<label [^>]*)(&#10;)+\"")]
    private static partial Regex ColourEnd();

    [GeneratedRegex("(^ *<tag name=\"[^\"]*\"/>\n)+", RegexOptions.Multiline)]
    private static partial Regex TagLines();

    [GeneratedRegex("name=\"([^\"]*)\"")]
    private static partial Regex TagName();
}
