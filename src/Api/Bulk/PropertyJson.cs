using System.Collections.Immutable;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Writes properties as <c>admin.vm.property.GetAll</c> shows them: value, type, whether it is the default.</summary>
internal static class PropertyJson
{
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText IsDefault = JsonEncodedText.Encode("default");
    private static readonly JsonEncodedText DefaultValue = JsonEncodedText.Encode("default_value");

    private static readonly ImmutableArray<Column> Global = Columns(PropertyCatalog.Global);

    private static readonly ImmutableArray<ImmutableArray<Column>> PerClass =
        [.. Enum.GetValues<QubeClass>().Select(@class => Columns(PropertyCatalog.Of(@class)))];

    /// <summary>Writes all properties of a qube, or the global ones.</summary>
    internal static void Write(Utf8JsonWriter json, CallerView view, Qube? holder)
    {
        json.WriteStartObject();
        foreach (var column in holder is null ? Global : PerClass[(int)holder.Class])
        {
            json.WriteStartObject(column.Name);
            Write(json, view, holder, column);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CallerView view, Qube? holder, Column column)
    {
        var (world, property) = (view.World, column.Property);
        var set = PropertyValues.Explicit(world, holder, property);
        json.WriteString(Value, PropertyValues.Show(world, set ?? property.Default?.Invoke(world, holder), ""));
        json.WriteString(Type, column.Type);
        json.WriteBoolean(IsDefault, set is null);
        if (set is not null && property.Default is { } rule && MayKnowDefault(view, holder, property) && rule(world, holder) is { } value)
        {
            json.WriteString(DefaultValue, PropertyValues.Show(world, value, ""));
        }
    }

    private static bool MayKnowDefault(CallerView view, Qube? holder, PropertyDefinition property) => holder is null
        ? view.May("admin.property.GetDefault", property.Name)
        : view.May("admin.vm.property.GetDefault", property.Name, holder);

    private static ImmutableArray<Column> Columns(ImmutableArray<PropertyDefinition> properties) =>
        [.. properties.Select(property => new Column(property, JsonEncodedText.Encode(property.Name), JsonEncodedText.Encode(property.WireType)))];

    private sealed record Column(PropertyDefinition Property, JsonEncodedText Name, JsonEncodedText Type);
}
