namespace Qubes.Cqrs.Domain;

/// <summary>The rules of setting and resetting properties.</summary>
/// <remarks>Source: spec, properties.yaml, meta.generic; wire protocol 8 for the order of announcements.</remarks>
public static class Properties
{
    /// <summary>Parses a client's bytes as a value of the property, without looking at what the property accepts.</summary>
    /// <exception cref="DomainException">They are none.</exception>
    public static PropertyInput Parse(World world, Qube? holder, string property, string text, out PropertyValue value)
    {
        var definition = PropertyCatalog.Get(holder, property);
        var input = new PropertyInput(world, holder, definition, text);
        value = definition.Parse(input);
        return input;
    }

    /// <summary>Sets a property from a client's text (ASCII).</summary>
    /// <exception cref="DomainException">There is no such property, or it does not take the value.</exception>
    public static void Set(Draft draft, QubeId? holderId, string property, string text)
    {
        var holder = Holder(draft, holderId);
        var input = Parse(draft.World, holder, property, text, out var parsed);
        if (input.Property.ReadOnly)
        {
            throw new InvalidPropertyValueException(
                $"property {PythonText.Repr(property)} on {holder?.ClassName ?? "Qubes"} instance cannot be set");
        }

        if (input.Property.WriteOnce)
        {
            throw new InvalidValueException($"property {PythonText.Repr(property)} can be set only once");
        }

        Set(draft, holder, input.Property, input.Property.Accept?.Invoke(input, parsed) ?? parsed);
    }

    /// <summary>Sets a property to a value that is known to be acceptable.</summary>
    public static void Set(Draft draft, Qube? holder, PropertyDefinition property, PropertyValue value)
    {
        var change = new PropertyChange(holder, property, value, PropertyValues.Get(draft.World, holder, property));
        Announce(draft, "property-pre-set:", change);
        draft.React(change, static (reaction, draft, change) => reaction.BeforePropertySet(draft, change));
        draft.Record(new PropertySet(holder?.Id, property.Name, value, change.Old));
        draft.React(change, static (reaction, draft, change) => reaction.AfterPropertySet(draft, change));
        Announce(draft, "property-set:", change);
    }

    /// <summary>Resets a property to its default.</summary>
    /// <exception cref="DomainException">There is no such property, or it cannot be reset.</exception>
    public static void Reset(Draft draft, QubeId? holderId, string property)
    {
        var holder = Holder(draft, holderId);
        var definition = PropertyCatalog.Get(holder, property);
        if (definition.WriteOnce)
        {
            throw new InvalidValueException($"property {PythonText.Repr(property)} cannot be reset");
        }

        var change = new PropertyChange(holder, definition, null, PropertyValues.Get(draft.World, holder, definition));
        Announce(draft, "property-pre-reset:", change);
        draft.React(change, static (reaction, draft, change) => reaction.BeforePropertyReset(draft, change));
        Announce(draft, "property-pre-del:", change);
        draft.Record(new PropertyReset(holderId, property, change.Old));
        draft.React(change, static (reaction, draft, change) => reaction.AfterPropertyReset(draft, change));
        Announce(draft, "property-reset:", change);
        Announce(draft, "property-del:", change);
    }

    /// <summary>Announces that the default of a property of a qube is another one now.</summary>
    public static void AnnounceReset(Draft draft, Qube qube, string property) =>
        draft.Announce(qube, "property-reset:" + property, new AnnouncementArgument("name", property));

    /// <summary>Announces a change of a property in the words of the wire.</summary>
    public static void Announce(Draft draft, string prefix, PropertyChange change)
    {
        var name = new AnnouncementArgument("name", change.Name);
        var (added, removed) = (
            change.New is null ? (AnnouncementArgument?)null : new("newvalue", PropertyValues.Show(draft.World, change.New, "None")),
            change.Old is null ? (AnnouncementArgument?)null : new("oldvalue", PropertyValues.Show(draft.World, change.Old, "None")));
        switch (added, removed)
        {
            case ({ } newValue, { } oldValue):
                draft.Announce(change.Holder, prefix + change.Name, name, newValue, oldValue);
                break;
            case ({ } newValue, null):
                draft.Announce(change.Holder, prefix + change.Name, name, newValue);
                break;
            case (null, { } oldValue):
                draft.Announce(change.Holder, prefix + change.Name, name, oldValue);
                break;
            default:
                draft.Announce(change.Holder, prefix + change.Name, name);
                break;
        }
    }

    private static Qube? Holder(Draft draft, QubeId? id) => id is { } some ? draft.World.Qube(some) : null;
}
