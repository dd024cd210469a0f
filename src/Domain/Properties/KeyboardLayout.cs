namespace Qubes.Cqrs.Domain;

/// <summary>Keyboard layouts: <c>layout+variant+options</c>.</summary>
/// <remarks>Source: spec, properties.yaml, keyboard_layout; decisions 8.</remarks>
public static class KeyboardLayout
{
    private static readonly PropertyValue Usual = PropertyValue.Of("us++");

    /// <summary>The default: that of the qube's guivm; <c>us++</c> at the end of the chain and where it leads back to itself.</summary>
    public static PropertyValue Default(World world, Qube qube)
    {
        var seen = new HashSet<QubeId>();
        for (var next = GuiVm(world, qube); next is not null && seen.Add(next.Id); next = GuiVm(world, next))
        {
            if (next.Properties.Find("keyboard_layout") is { } layout)
            {
                return layout;
            }
        }

        return Usual;
    }

    /// <summary>Refuses a malformed layout.</summary>
    /// <exception cref="InvalidPropertyValueException">It is malformed.</exception>
    public static PropertyValue Accept(PropertyInput input, PropertyValue value)
    {
        var parts = input.Text.Split('+');
        if (parts.Length != 3)
        {
            throw new InvalidPropertyValueException("invalid number of keyboard layout parameters");
        }

        if (parts[0].Length == 0 || !parts[0].All(char.IsAsciiLetter))
        {
            throw new InvalidPropertyValueException("Invalid keyboard layout provided");
        }

        if (!parts[1].All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
        {
            throw new InvalidPropertyValueException("Invalid layout variant provided");
        }

        if (!parts[2].All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or ':' or ','))
        {
            throw new InvalidPropertyValueException("Invalid layout options provided");
        }

        return value;
    }

    private static Qube? GuiVm(World world, Qube qube) =>
        qube.Class is QubeClass.AdminVM or QubeClass.RemoteVM ? null : PropertyValues.GetQube(world, qube, "guivm");
}
