using System.Xml.Linq;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Applies a template: a tree of elements in which some stand for what was generated.</summary>
/// <remarks>Trees go in and a tree comes out, so that no value can become markup. There are no loops: it always ends.</remarks>
/// <param name="template">The template's root.</param>
/// <param name="parts">What was generated.</param>
/// <param name="values">The values of the qube.</param>
internal sealed class DomainTemplate(XElement template, IReadOnlyCollection<DomainXmlPart> parts, TemplateValues values)
{
    private const int MostLevels = 64;
    private const int MostParts = 100;

    private static readonly XNamespace Own = "urn:qubes-cqrs:domain";
    private int used;

    /// <summary>The definition.</summary>
    /// <exception cref="TemplateException">The template says something that is not understood, or too much.</exception>
    internal XElement Apply() => Apply(template, MostLevels).ToList() is [XElement only]
        ? only
        : throw new TemplateException("it does not give one element");

    private IEnumerable<object> Apply(XNode node, int levels) => node switch
    {
        XElement element when element.Name.Namespace == Own => Instruction(element, levels),
        XElement element => [Copy(element, levels)],
        XText text => [values.Fill(text.Value)],
        _ => [],
    };

    private IEnumerable<object> Instruction(XElement element, int levels) => element.Name.LocalName switch
    {
        "part" => Part(Argument(element, "name")),
        "inside" => Part(Argument(element, "name")).SelectMany(generated => generated.Nodes()),
        "if" => Holds(element) ? Children(element, levels) : [],
        "unless" => Holds(element) ? [] : Children(element, levels),
        var other => throw new TemplateException($"there is no instruction '{other}'"),
    };

    private XElement Copy(XElement element, int levels) => new(
        element.Name,
        element.Attributes().Where(attribute => !(attribute.IsNamespaceDeclaration && attribute.Value == Own)).Select(Copy),
        Children(element, levels));

    private XAttribute Copy(XAttribute attribute) => attribute.IsNamespaceDeclaration
        ? attribute
        : new XAttribute(attribute.Name, values.Fill(attribute.Value));

    private List<object> Children(XElement element, int levels) => levels > 0
        ? [.. element.Nodes().SelectMany(node => Apply(node, levels - 1))]
        : throw new TemplateException($"its elements are nested more than {MostLevels} deep");

    private IEnumerable<XElement> Part(string name)
    {
        if (++used > MostParts)
        {
            throw new TemplateException($"it uses more than {MostParts} parts");
        }

        return name switch
        {
            "domain" => [DomainXml.Whole(parts)],
            "head" => parts.Where(part => !part.IsDevice).SelectMany(part => part.Elements),
            "devices" => parts.Where(part => part.IsDevice).SelectMany(part => part.Elements),
            _ => parts.FirstOrDefault(part => part.Name == name)?.Elements ?? throw new TemplateException($"there is no part '{name}'"),
        };
    }

    private bool Holds(XElement element)
    {
        var value = values.Get(Argument(element, "value"));
        return element.Attribute("is") is { } wanted ? value == wanted.Value : value.Length > 0;
    }

    private static string Argument(XElement element, string name) =>
        element.Attribute(name)?.Value ?? throw new TemplateException($"'{element.Name.LocalName}' needs an attribute '{name}'");
}
