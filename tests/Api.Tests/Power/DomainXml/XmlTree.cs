using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Domain XML as lines to compare: an element a line, attributes by name, white space between elements and what varies left out.</summary>
internal static partial class XmlTree
{
    internal static string Of(string xml)
    {
        var root = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
        var uuid = root.Element("uuid")!.Value;
        var tree = string.Join('\n', root.DescendantsAndSelf().Select(Line));
        return Disposable().Replace(tree.Replace(uuid, "UUID").Replace(uuid.Replace("-", ""), "UUID"), "ADDRESS");
    }

    private static string Line(XElement element)
    {
        var attributes = element.Attributes().OrderBy(attribute => attribute.Name.ToString(), StringComparer.Ordinal).Select(attribute => $"{attribute.Name}='{attribute.Value}'");
        return $"{new string(' ', element.Ancestors().Count())}{element.Name} {string.Join(' ', attributes)}{Text(element)}";
    }

    private static string Text(XElement element) => element.HasElements || string.IsNullOrWhiteSpace(element.Value) ? "" : $" = '{element.Value}'";

    [GeneratedRegex(@"10\.138\.\d+\.\d+|fd09:24ef:4179::a8a:[0-9a-f]+")]
    private static partial Regex Disposable();
}
