using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;

namespace Qubes.Cqrs.Projections;

/// <summary>Parses the bytes of a store into elements. The bytes may be hostile: no DTD, no entities of its own, bounded size and depth.</summary>
internal sealed class StoreParser
{
    /// <summary>Ten thousand qubes with features of 64 KiB each fit.</summary>
    private const int LongestFile = 1 << 30;

    private const int DeepestElement = 32;

    /// <summary>Ten thousand qubes have about half a million.</summary>
    private const int MostElements = 8_000_000;

    /// <summary>Which children each element may have; those without an entry hold text.</summary>
    private static readonly FrozenDictionary<string, string[]> Format = new Dictionary<string, string[]>
    {
        ["qubes"] = ["labels", "pools", "properties", "domains"],
        ["labels"] = ["label"],
        ["pools"] = ["pool"],
        ["properties"] = ["property"],
        ["domains"] = ["domain"],
        ["domain"] = ["properties", "features", "tags", "devices", "volume-config"],
        ["features"] = ["feature"],
        ["tags"] = ["tag"],
        ["devices"] = ["device"],
        ["device"] = ["option"],
        ["volume-config"] = ["volume"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly XmlReader reader;
    private readonly StringBuilder text = new();
    private int elements;

    private StoreParser(XmlReader reader) => this.reader = reader;

    private int Line => ((IXmlLineInfo)reader).LineNumber;

    /// <summary>The root element.</summary>
    /// <exception cref="QubesXmlException">The bytes are no store.</exception>
    public static StoreElement Parse(ReadOnlyMemory<byte> xml)
    {
        if (xml.Length > LongestFile)
        {
            throw new QubesXmlException(QubesXmlFault.TooLarge, 0, $"the file has {xml.Length} bytes, more than any store");
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersFromEntities = 1,
            MaxCharactersInDocument = LongestFile,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        using var stream = Open(xml);
        using var reader = XmlReader.Create(stream, settings);
        try
        {
            return new StoreParser(reader).Root();
        }
        catch (XmlException exception)
        {
            throw new QubesXmlException(QubesXmlFault.Malformed, exception.LineNumber, exception.Message, exception);
        }
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> xml) => MemoryMarshal.TryGetArray(xml, out var bytes)
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false) // TryGetArray gives a segment of an array
        : new MemoryStream(xml.ToArray(), writable: false);

    private StoreElement Root()
    {
        reader.MoveToContent();
        if (reader.NodeType != XmlNodeType.Element || reader.Name != "qubes")
        {
            throw new QubesXmlException(QubesXmlFault.Malformed, Line, $"the root is <{reader.Name}>, not <qubes>");
        }

        var root = Fill(Element());
        while (reader.Read())
        {
            // What follows the root must be well-formed as well.
        }

        return root;
    }

    /// <summary>Reads the element that the reader stands on, with its attributes.</summary>
    private StoreElement Element()
    {
        if (++elements > MostElements)
        {
            throw new QubesXmlException(QubesXmlFault.TooLarge, Line, "more elements than in any store");
        }

        var element = new StoreElement(reader.Name, Line);
        while (reader.MoveToNextAttribute())
        {
            element.Attributes.Add(new(reader.Name, reader.Value));
        }

        reader.MoveToElement();
        return element;
    }

    /// <summary>Reads up to the element's end. Recursion is bounded by the depth of <see cref="Format"/>.</summary>
    private StoreElement Fill(StoreElement element)
    {
        if (reader.IsEmptyElement)
        {
            return element;
        }

        var children = Format.GetValueOrDefault(element.Name);
        if (children is null)
        {
            element.Text = Text();
            return element;
        }

        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (Array.IndexOf(children, reader.Name) >= 0)
            {
                element.Children.Add(Fill(Element()));
            }
            else
            {
                Skip();
            }
        }

        return element;
    }

    /// <summary>The text up to the first child, which is what the original's XML library calls the text of an element.</summary>
    private string Text()
    {
        text.Clear();
        var beforeFirstChild = true;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                beforeFirstChild = false;
                Skip();
            }
            else if (beforeFirstChild)
            {
                text.Append(reader.Value);
            }
        }

        return text.ToString();
    }

    /// <summary>Passes over an unknown element without recursion and without letting the reader's own stack grow.</summary>
    private void Skip()
    {
        if (reader.IsEmptyElement)
        {
            return;
        }

        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.Depth > DeepestElement)
            {
                throw new QubesXmlException(QubesXmlFault.TooLarge, Line, $"elements are nested more than {DeepestElement} deep");
            }
        }
    }
}
