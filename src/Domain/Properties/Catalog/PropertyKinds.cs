namespace Qubes.Cqrs.Domain;

/// <summary>Short constructors for the catalogue.</summary>
internal static class PropertyKinds
{
    internal static PropertyDefinition Text(string name) => new() { Name = name, Kind = PropertyKind.Text, Parse = PropertyParsers.Text };

    internal static PropertyDefinition Integer(string name) => new() { Name = name, Kind = PropertyKind.Integer, Parse = PropertyParsers.Integer };

    internal static PropertyDefinition Boolean(string name) => new() { Name = name, Kind = PropertyKind.Boolean, Parse = PropertyParsers.Boolean };

    internal static PropertyDefinition Label(string name) => new() { Name = name, Kind = PropertyKind.Label, Parse = PropertyParsers.Label };

    /// <summary>A reference to a qube on this host.</summary>
    internal static PropertyDefinition LocalQube(string name) => Qube(name, "LocalVM", allowNone: true, qube => qube.IsLocal);

    /// <summary>A reference to any qube.</summary>
    internal static PropertyDefinition AnyQube(string name) => Qube(name, "BaseVM", allowNone: true, _ => true);

    /// <summary>A reference to a template.</summary>
    internal static PropertyDefinition Template(string name, bool allowNone) =>
        Qube(name, "TemplateVM", allowNone, qube => qube.Class == QubeClass.TemplateVM);

    /// <summary>A reference to the template of a disposable, which is checked further by its setter.</summary>
    internal static PropertyDefinition TemplateOfDisposable(string name) => Qube(name, "LocalVM", allowNone: false, qube => qube.IsLocal);

    internal static PropertyDefinition WithDefault(this PropertyDefinition definition, PropertyValue value) =>
        definition with { Default = (_, _) => value };

    internal static PropertyDefinition WithDefault(this PropertyDefinition definition, string value) =>
        definition.WithDefault(PropertyValue.Of(value));

    internal static PropertyDefinition WithDefault(this PropertyDefinition definition, int value) =>
        definition.WithDefault(PropertyValue.Of(value));

    internal static PropertyDefinition WithDefault(this PropertyDefinition definition, bool value) =>
        definition.WithDefault(PropertyValue.Of(value));

    /// <summary>The default of a property of qubes.</summary>
    internal static PropertyDefinition WithDefault(this PropertyDefinition definition, Func<World, Qube, PropertyValue?> rule) =>
        definition with { Default = (world, qube) => rule(world, qube!) }; // a property of qubes is read of a qube

    /// <summary>The default of a global property.</summary>
    internal static PropertyDefinition WithGlobalDefault(this PropertyDefinition definition, Func<World, PropertyValue?> rule) =>
        definition with { Default = (world, _) => rule(world) };

    internal static PropertyDefinition Accepting(this PropertyDefinition definition, Func<PropertyInput, PropertyValue, PropertyValue> check) =>
        definition with { Accept = check };

    private static PropertyDefinition Qube(string name, string requiredClass, bool allowNone, Func<Qube, bool> fits) => new()
    {
        Name = name,
        Kind = PropertyKind.Qube,
        Parse = input =>
        {
            var value = PropertyParsers.Qube(input);
            if (value.IsNone && !allowNone)
            {
                throw new InvalidPropertyValueException($"Invalid value None for property {PythonText.Repr(name)} of {input.HolderName}");
            }

            return input.World.Find(value.AsQube()) is { } qube && !fits(qube)
                ? throw new InvalidPropertyValueException(
                    $"wrong VM class: domains[{PythonText.Repr(qube.Name)}] is of type {qube.ClassName} and not {requiredClass}")
                : value;
        },
    };
}
