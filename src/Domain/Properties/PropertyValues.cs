namespace Qubes.Cqrs.Domain;

/// <summary>Reads properties: the explicit value, else the default.</summary>
public static class PropertyValues
{
    /// <summary>The value in force, or null when there is nothing to read.</summary>
    public static PropertyValue? Get(World world, Qube? holder, PropertyDefinition property) =>
        Explicit(world, holder, property) ?? property.Default?.Invoke(world, holder);

    /// <summary>The value in force of a property that the holder is known to have.</summary>
    public static PropertyValue? Get(World world, Qube? holder, string property) =>
        Get(world, holder, PropertyCatalog.Get(holder, property));

    /// <summary>The explicit value, or null.</summary>
    public static PropertyValue? Explicit(World world, Qube? holder, PropertyDefinition property)
    {
        if (property.ReadOnly)
        {
            return null;
        }

        if (holder is null)
        {
            return world.Properties.Find(property.Name);
        }

        return property.Name switch
        {
            "name" => PropertyValue.Of(holder.Name),
            "qid" => PropertyValue.Of(holder.Qid),
            "uuid" => PropertyValue.Of(holder.Id.ToString()),
            _ => holder.Properties.Find(property.Name),
        };
    }

    /// <summary>The qube that a reference in force leads to, or null.</summary>
    public static Qube? GetQube(World world, Qube? holder, string property) => world.Find(Get(world, holder, property)?.AsQube());

    /// <summary>A value as replies and events show it: a qube or a label by name, none as <paramref name="none"/>.</summary>
    public static string Show(World world, PropertyValue? value, string none)
    {
        if (value is null || value.IsNone)
        {
            return none;
        }

        return value.Kind switch
        {
            PropertyKind.Qube => value.AsQube() is { } id ? world.Find(id)?.Name ?? none : none,
            PropertyKind.Label => value.AsLabel() is { } index && world.Labels.TryGetValue(index, out var label) ? label.Name : none,
            _ => value.Text!, // not none
        };
    }
}
