using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Compares two qubes.xml as trees, in the element order of spec/qubes-xml.md.</summary>
/// <remarks>
/// Each element becomes one line: path depth, name, attributes sorted by name, text. Equal lists of lines are equal trees, and
/// the difference of the lists is what one wants to see. Not compared: the order of tags, empty <c>devices</c> elements and
/// white space after a label's colour.
/// </remarks>
internal static class StoreComparer
{
    /// <summary>Compares the stores of two runs: what is random is normalised.</summary>
    /// <returns>The differing lines; empty when the stores are equal.</returns>
    public static IReadOnlyList<string> Compare(XDocument recorded, XDocument ours, Normaliser normaliser, UuidPairs uuids)
    {
        var due = Lines(recorded).Select(MaskDispid).Select(normaliser.Text).ToList();
        var came = Lines(ours).Select(MaskDispid).Select(normaliser.Text).ToList();
        var difference = LineDifference.Of([.. due.Select(line => line.Text)], [.. came.Select(line => line.Text)]);
        if (difference.Count > 0)
            return difference;
        var mismatch = uuids.Match([.. due.SelectMany(line => line.Uuids)], [.. came.SelectMany(line => line.Uuids)]);
        return mismatch is null ? [] : [mismatch];
    }

    /// <summary>Compares two stores of one system: UUIDs and all else have to be the same.</summary>
    public static IReadOnlyList<string> CompareExactly(XDocument due, XDocument came) => LineDifference.Of([.. Lines(due)], [.. Lines(came)]);

    /// <summary>The recorded store of a script, with what we mend taken into account.</summary>
    public static XDocument LoadRecorded(TranscriptScript script)
    {
        var store = XDocument.Load(script.StoreFile);
        foreach (var change in StoreChange.For(script.Name))
            change.Apply(store);
        return store;
    }

    /// <summary>The store on disk, or null while it is being replaced or not there.</summary>
    public static XDocument? TryLoad(string file)
    {
        try
        {
            return XDocument.Load(file);
        }
        catch (Exception e) when (e is IOException or XmlException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Lines(XDocument store) => store.Root is { } root ? Lines(root, 0) : [];

    private static IEnumerable<string> Lines(XElement element, int depth)
    {
        if (element.Name == "devices" && !element.HasElements)
            yield break;
        var attributes = element.Attributes()
            .OrderBy(attribute => attribute.Name.LocalName, StringComparer.Ordinal)
            .Select(attribute => $" {attribute.Name}=\"{(element.Name == "label" && attribute.Name == "color" ? attribute.Value.TrimEnd() : attribute.Value)}\"");
        yield return new string(' ', 2 * depth) + $"<{element.Name}{string.Concat(attributes)}>{(element.HasElements ? "" : element.Value)}";
        var children = element.Elements();
        if (element.Name == "tags")
            children = children.OrderBy(tag => tag.Attribute("name")?.Value, StringComparer.Ordinal);
        foreach (var line in children.SelectMany(child => Lines(child, depth + 1)))
            yield return line;
    }

    // The identifier of a disposable is random; it stands in a property of its own.
    private static string MaskDispid(string line)
    {
        const string Dispid = "<property name=\"dispid\">";
        var at = line.IndexOf(Dispid, StringComparison.Ordinal);
        return at < 0 ? line : line[..(at + Dispid.Length)];
    }

    private sealed class StoreChange
    {
        public string? Remove { get; set; }

        public string? To { get; set; }

        public string? Add { get; set; }

        public string Reason { get; set; } = "";

        public static List<StoreChange> For(string script) =>
            new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build()
                .Deserialize<Dictionary<string, List<StoreChange>>>(File.ReadAllText(Path.Combine(Repository.Transcripts, "store-changes.yaml")))
                .GetValueOrDefault(script) ?? [];

        public void Apply(XDocument store)
        {
            if (Remove is not null)
                store.XPathSelectElements(Remove).Remove();
            if (Add is not null)
                store.XPathSelectElement(To ?? "/qubes")?.Add(XElement.Parse(Add));
        }
    }
}
