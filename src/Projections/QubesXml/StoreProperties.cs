using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Reads explicit property values. What refuses a value here keeps the original from starting as well.</summary>
/// <remarks>Source: spec, qubes-xml 3 and properties.</remarks>
internal sealed class StoreProperties(World world, Action<int, string> warn)
{
    private const int FirstStageWithReferences = 3;

    /// <summary>The text of a property; <c>ref</c> comes first; null for a self-closing element.</summary>
    public static string? TextOf(StoreElement element) => element.Find("ref") ?? element.Text;

    /// <summary>The global properties.</summary>
    public SmallMap<PropertyValue> ReadGlobal(StoreElement root)
    {
        var properties = SmallMap<PropertyValue>.Empty;
        foreach (var element in root.At("properties", "property"))
        {
            var name = element.Required("name");
            if (name == StoreNetwork.FirewallNetvm)
            {
                continue;
            }

            var definition = PropertyCatalog.FindGlobal(name) ?? throw Unknown(element, name, "Qubes");
            properties = properties.With(name, Read(element, definition, null));
        }

        return properties;
    }

    /// <summary>A qube with the properties that need no other qube (stage 2).</summary>
    public Qube ReadOwn(StoreElement domain, Qube qube) => Read(domain, qube, definition => definition.Stage < FirstStageWithReferences);

    /// <summary>A qube with the properties that may need another one (stage 4).</summary>
    public Qube ReadReferences(StoreElement domain, Qube qube) => Read(domain, qube, definition => definition.Stage >= FirstStageWithReferences);

    private Qube Read(StoreElement domain, Qube qube, Func<PropertyDefinition, bool> isDue)
    {
        var properties = qube.Properties;
        foreach (var element in domain.At("properties", "property"))
        {
            var name = element.Required("name");
            if (StoreMigrations.IsLegacy(qube.Class, name))
            {
                continue;
            }

            var definition = PropertyCatalog.Find(qube.Class, name) ?? throw Unknown(element, name, qube.ClassName);
            if (isDue(definition) && (qube.IsDom0 || name is not ("name" or "qid" or "uuid")))
            {
                properties = properties.With(name, Read(element, definition, qube));
            }
        }

        return StoreMigrations.Legacy(domain, qube with { Properties = properties });
    }

    private PropertyValue Read(StoreElement element, PropertyDefinition definition, Qube? qube)
    {
        if (definition.ReadOnly)
        {
            throw element.Fault(
                QubesXmlFault.UnknownProperty, $"property '{definition.Name}' on {qube?.ClassName ?? "Qubes"} instance cannot be set");
        }

        var text = TextOf(element);
        return definition.Kind switch
        {
            PropertyKind.Integer => Integer(element, text),
            PropertyKind.Boolean => PropertyValue.Of(StoreText.AsBoolean(text)
                ?? throw element.Fault(QubesXmlFault.InvalidValue, $"Invalid literal for boolean property: '{text}'")),
            PropertyKind.Qube => Reference(element, definition.Name, text ?? "", qube),
            PropertyKind.Label => Label(element, text ?? ""),
            _ => text is null ? PropertyValue.NoText : PropertyValue.Of(text),
        };
    }

    private static PropertyValue Integer(StoreElement element, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return PropertyValue.NoInteger;
        }

        return StoreText.TryInteger(text, out var number)
            ? PropertyValue.Of(number)
            : throw element.Fault(QubesXmlFault.InvalidValue, "Failed to parse property value as int");
    }

    private PropertyValue Label(StoreElement element, string text)
    {
        foreach (var label in world.Labels.Values)
        {
            if (label.Name == text)
            {
                return PropertyValue.OfLabel(label.Index);
            }
        }

        var number = text.StartsWith("label-", StringComparison.Ordinal) ? text["label-".Length..] : text;
        return StoreText.AsInt32(number) is { } index && world.Labels.ContainsKey(index)
            ? PropertyValue.OfLabel(index)
            : throw element.Fault(QubesXmlFault.DanglingReference, $"Label does not exist: {number}");
    }

    private PropertyValue Reference(StoreElement element, string property, string name, Qube? qube)
    {
        if (name.Length == 0)
        {
            return property == "template"
                ? throw element.Fault(QubesXmlFault.InvalidValue, $"Invalid value None for property 'template' of {qube?.Name}")
                : PropertyValue.NoQube;
        }

        var target = world.Find(name)
            ?? throw element.Fault(QubesXmlFault.DanglingReference, $"Can't set {property} to non-existing qube {name}");
        var ofTemplates = property == "default_template" || (property == "template" && qube?.Class == QubeClass.AppVM);
        if (ofTemplates ? target.Class != QubeClass.TemplateVM : !target.IsLocal)
        {
            throw element.Fault(
                QubesXmlFault.InvalidValue,
                $"wrong VM class: domains['{name}'] is of type {target.ClassName} and not {(ofTemplates ? "TemplateVM" : "LocalVM")}");
        }

        return Checked(element, property, target, qube);
    }

    private PropertyValue Checked(StoreElement element, string property, Qube target, Qube? qube)
    {
        switch (property)
        {
            case "netvm" when !Is(target, "provides_network"):
                throw element.Fault(QubesXmlFault.InvalidValue, $"The {target.Name} qube does not provide network");
            case "template" when qube?.Class == QubeClass.DispVM && !Is(target, "template_for_dispvms"):
                throw element.Fault(QubesXmlFault.InvalidValue, "template for disposable must have template_for_dispvms=True");
            case "default_dispvm" or "management_dispvm" when !Is(target, "template_for_dispvms"):
                warn(element.Line, $"{property} of {qube?.Name ?? "the system"} is empty now: '{target.Name}' is no template for disposables");
                return PropertyValue.NoQube;
            default:
                return PropertyValue.Of(target.Id);
        }
    }

    private static bool Is(Qube qube, string property) => qube.Properties.Find(property)?.IsTruthy == true;

    private static QubesXmlException Unknown(StoreElement element, string name, string holder) =>
        element.Fault(QubesXmlFault.UnknownProperty, $"property '{name}' not applicable to '{holder}'");
}
