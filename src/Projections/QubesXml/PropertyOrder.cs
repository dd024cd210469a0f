using System.Collections.Frozen;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The place of each saved property in the store: by load stage, then order, then name.</summary>
internal sealed class PropertyOrder
{
    /// <summary>The global object's properties.</summary>
    public static readonly PropertyOrder Global = new(PropertyCatalog.Global);

    private static readonly PropertyOrder[] ByClass = [.. Enum.GetValues<QubeClass>().Select(@class => new PropertyOrder(PropertyCatalog.Of(@class)))];

    private readonly FrozenDictionary<string, int> places;

    private PropertyOrder(IReadOnlyList<PropertyDefinition> definitions) => places = definitions
        .Select((definition, place) => (definition, place))
        .Where(entry => entry.definition.Saved && !entry.definition.ReadOnly)
        .ToFrozenDictionary(entry => entry.definition.Name, entry => entry.place, StringComparer.Ordinal);

    /// <summary>The properties of a class.</summary>
    public static PropertyOrder Of(QubeClass @class) => ByClass[(int)@class];

    /// <summary>The place of a property; negative for one that is not saved.</summary>
    public int Place(string name) => places.TryGetValue(name, out var place) ? place : -1;
}
