using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Writes elements as text: indented, everything escaped that needs it, the same elements always giving the same text.</summary>
public static class XmlText
{
    private static readonly XmlWriterSettings Format = new()
    {
        OmitXmlDeclaration = true,
        ConformanceLevel = ConformanceLevel.Fragment,
        Indent = true,
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.Entitize,
    };

    /// <summary>The text.</summary>
    /// <param name="elements">The elements, one after the other.</param>
    /// <exception cref="InvalidValueException">A value holds characters that XML cannot hold.</exception>
    public static string Of(IReadOnlyCollection<XElement> elements)
    {
        foreach (var element in elements.SelectMany(element => element.DescendantsAndSelf()))
        {
            Check(element);
        }

        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, Format))
        {
            foreach (var element in elements)
            {
                element.WriteTo(writer);
            }
        }

        return text.ToString();
    }

    private static void Check(XElement element)
    {
        foreach (var attribute in element.Attributes())
        {
            Check(attribute.Value, $"{element.Name.LocalName}/{attribute.Name.LocalName}");
        }

        foreach (var text in element.Nodes().OfType<XText>())
        {
            Check(text.Value, element.Name.LocalName);
        }
    }

    private static void Check(string value, string place)
    {
        for (var index = 0; index < value.Length; index++)
        {
            if (index + 1 < value.Length && XmlConvert.IsXmlSurrogatePair(value[index + 1], value[index]))
            {
                index++;
            }
            else if (!XmlConvert.IsXmlChar(value[index]))
            {
                var code = ((int)value[index]).ToString(CultureInfo.InvariantCulture);
                throw new InvalidValueException($"XML cannot hold the character {code} of {place}");
            }
        }
    }
}
