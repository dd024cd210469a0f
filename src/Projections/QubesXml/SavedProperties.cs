using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Collects the explicit properties of one object and writes them in the store's order.</summary>
internal sealed class SavedProperties(World world)
{
    private readonly List<(int Place, string Name, string? Text)> entries = [];

    /// <summary>Forgets what was collected.</summary>
    public void Clear() => entries.Clear();

    /// <summary>Adds explicit values; a property that the store does not hold is left out.</summary>
    public void Add(PropertyOrder order, SmallMap<PropertyValue> properties)
    {
        foreach (var (name, value) in properties)
        {
            Add(order, name, Text(value));
        }
    }

    /// <summary>Adds a value by its text; null writes no text.</summary>
    public void Add(PropertyOrder order, string name, string? text)
    {
        if (order.Place(name) is >= 0 and var place)
        {
            entries.Add((place, name, text));
        }
    }

    /// <summary>Writes the element <c>properties</c>.</summary>
    public void Write(XmlOutput output, ReadOnlySpan<byte> indent)
    {
        if (entries.Count == 0)
        {
            output.Raw(indent).Raw("<properties/>\n"u8);
            return;
        }

        entries.Sort(static (left, right) => left.Place.CompareTo(right.Place));
        output.Raw(indent).Raw("<properties>\n"u8);
        foreach (var (_, name, text) in entries)
        {
            output.Raw(indent).Raw("  <property name=\""u8).Value(name);
            if (text is null)
            {
                output.Raw("\"/>\n"u8);
            }
            else
            {
                output.Raw("\">"u8).Text(text).Raw("</property>\n"u8);
            }
        }

        output.Raw(indent).Raw("</properties>\n"u8);
    }

    /// <summary>References are kept by id and shown by name; no qube is an empty text, as the recordings show.</summary>
    private string? Text(PropertyValue value) => value.Kind switch
    {
        PropertyKind.Qube => world.Find(value.AsQube())?.Name ?? "",
        PropertyKind.Label => value.AsLabel() is { } index
            ? world.Labels.TryGetValue(index, out var label) ? label.Name : "label-" + index.ToString(CultureInfo.InvariantCulture)
            : null,
        _ => value.Text,
    };
}
