using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Every property of the global object and of each class, in the order of the API.</summary>
public static class PropertyCatalog
{
    private static readonly ImmutableArray<ImmutableArray<PropertyDefinition>> PerClass =
        [.. Enum.GetValues<QubeClass>().Select(@class => Sort(ClassProperties.Of(@class).Select(definition => definition with { HolderClass = @class })))];

    private static readonly ImmutableArray<FrozenDictionary<string, PropertyDefinition>> PerClassByName =
        [.. PerClass.Select(ByName)];

    /// <summary>The global properties by name.</summary>
    public static ImmutableArray<PropertyDefinition> Global { get; } = Sort(GlobalProperties.All);

    private static readonly FrozenDictionary<string, PropertyDefinition> GlobalByName = ByName(Global);

    /// <summary>The properties of a class by stage and name.</summary>
    public static ImmutableArray<PropertyDefinition> Of(QubeClass @class) => PerClass[(int)@class];

    /// <summary>The properties of a qube, or of the global object.</summary>
    public static ImmutableArray<PropertyDefinition> Of(Qube? holder) => holder is null ? Global : Of(holder.Class);

    /// <summary>A property of a class, or null.</summary>
    public static PropertyDefinition? Find(QubeClass @class, string name) => PerClassByName[(int)@class].GetValueOrDefault(name);

    /// <summary>A global property, or null.</summary>
    public static PropertyDefinition? FindGlobal(string name) => GlobalByName.GetValueOrDefault(name);

    /// <summary>A property of a qube, or of the global object.</summary>
    /// <exception cref="NoSuchPropertyException">There is none of that name.</exception>
    public static PropertyDefinition Get(Qube? holder, string name) =>
        (holder is null ? FindGlobal(name) : Find(holder.Class, name)) ?? throw new NoSuchPropertyException(name, holder?.Name ?? "Qubes");

    private static ImmutableArray<PropertyDefinition> Sort(IEnumerable<PropertyDefinition> definitions) =>
        [.. definitions.OrderBy(definition => definition.Stage).ThenBy(definition => definition.Name, StringComparer.Ordinal)];

    private static FrozenDictionary<string, PropertyDefinition> ByName(ImmutableArray<PropertyDefinition> definitions) =>
        definitions.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal);
}
