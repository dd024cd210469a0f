namespace Qubes.Cqrs.Projections;

/// <summary>An element of the store with the line it stands in.</summary>
internal sealed class StoreElement(string name, int line)
{
    private const int MostEntries = 4096;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Its attributes in order.</summary>
    public List<KeyValuePair<string, string>> Attributes { get; } = [];

    /// <summary>Its known children in order; what the format does not know is left out.</summary>
    public List<StoreElement> Children { get; } = [];

    /// <summary>Its text; null for a self-closing element.</summary>
    public string? Text { get; set; }

    /// <summary>The value of an attribute, or null.</summary>
    public string? Find(string attribute)
    {
        foreach (var (name, value) in Attributes)
        {
            if (name == attribute)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The elements at a path below this one, whatever their order.</summary>
    /// <exception cref="QubesXmlException">There are more than any store has: what follows takes time in the square of their number.</exception>
    public IEnumerable<StoreElement> At(string parent, string child, int most = MostEntries)
    {
        var count = 0;
        foreach (var element in Named(parent).SelectMany(element => element.Named(child)))
        {
            yield return ++count <= most ? element : throw element.Fault(QubesXmlFault.TooLarge, $"more than {most} entries <{child}> in <{Name}>");
        }
    }

    /// <summary>The children of a name.</summary>
    public IEnumerable<StoreElement> Named(string child) => Children.Where(element => element.Name == child);

    /// <summary>An attribute that the entry cannot do without.</summary>
    public string Required(string attribute) => Find(attribute)
        ?? throw Fault(QubesXmlFault.Missing, $"<{Name}> has no attribute '{attribute}'");

    /// <summary>A fault in this element.</summary>
    public QubesXmlException Fault(QubesXmlFault fault, string reason) => new(fault, Line, reason);
}
