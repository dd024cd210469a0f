using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Qubes.Cqrs.Domain;

/// <summary>Turns a client's text into a value of each type, with the refusals of the original.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.property.Set; addenda 5.</remarks>
public static class PropertyParsers
{
    /// <summary>The original's own limit; a longer number could not be read back from the store.</summary>
    private const int MostDigits = 4300;

    /// <summary>Printable ASCII and white space.</summary>
    public static PropertyValue Text(PropertyInput input)
    {
        foreach (var character in input.Text)
        {
            if (character is not ((>= ' ' and <= '~') or (>= '\t' and <= '\r')))
            {
                throw new InvalidValueException("Invalid characters in property value");
            }
        }

        return PropertyValue.Of(input.Text);
    }

    /// <summary>A whole number of any size: optional sign, underscores between digits, surrounding white space.</summary>
    public static PropertyValue Integer(PropertyInput input)
    {
        var text = input.Text.Trim(' ', '\t', '\n', '\v', '\f', '\r');
        var digits = text.AsSpan(text is ['+' or '-', ..] ? 1 : 0);
        var valid = digits.Length is > 0 and <= MostDigits && digits[^1] != '_';
        var previous = '_';
        foreach (var character in digits)
        {
            valid &= character is >= '0' and <= '9' || (character == '_' && previous != '_');
            previous = character;
        }

        if (!valid)
        {
            throw new InvalidValueException("Failed to parse property value as int");
        }

        return PropertyValue.Of(BigInteger.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    /// <summary>A truth value, in any case: 0 no false off, 1 yes true on.</summary>
    public static PropertyValue Boolean(PropertyInput input) => TryBoolean(input.Text) is { } value
        ? PropertyValue.Of(value)
        : throw new InvalidValueException($"Invalid literal for boolean property: {PythonText.Repr(input.Text)}");

    /// <summary>A truth value, or null.</summary>
    public static bool? TryBoolean(string text) => text.ToLowerInvariant() switch
    {
        "0" or "no" or "false" or "off" => false,
        "1" or "yes" or "true" or "on" => true,
        _ => null,
    };

    /// <summary>A qube by name; empty for none.</summary>
    public static PropertyValue Qube(PropertyInput input)
    {
        if (input.Text.Length == 0)
        {
            return PropertyValue.NoQube;
        }

        QubeNames.Check(input.Text);
        return input.World.Find(input.Text) is { } qube
            ? PropertyValue.Of(qube.Id)
            : throw new InvalidPropertyValueException($"Can't set {input.Property.Name} to non-existing qube {input.Text}");
    }

    /// <summary>A label by name, by index, or as <c>label-INDEX</c>.</summary>
    public static PropertyValue Label(PropertyInput input) => PropertyValue.OfLabel(Labels.Resolve(input.World, input.Text, acceptPrefix: true).Index);

    /// <summary>An IPv4 address in four decimal numbers without leading zeros.</summary>
    public static PropertyValue IPv4(PropertyInput input)
    {
        var parts = input.Text.Split('.');
        var valid = parts.Length == 4 && parts.All(part =>
            part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0') && int.Parse(part, CultureInfo.InvariantCulture) <= 255);
        return valid ? PropertyValue.Of(input.Text) : throw new InvalidValueException("Failed to parse property value as IPv4Address");
    }

    /// <summary>An IPv6 address, kept in its compressed lower-case form; a scope is kept as it is.</summary>
    public static PropertyValue IPv6(PropertyInput input)
    {
        var parts = input.Text.Split('%', 2);
        var valid = !parts[0].Contains('[', StringComparison.Ordinal) && !parts[0].Contains('/', StringComparison.Ordinal) &&
            parts[0].Contains(':', StringComparison.Ordinal) &&
            IPAddress.TryParse(parts[0], out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6 &&
            (parts.Length == 1 || (parts[1].Length > 0 && !parts[1].Contains('%', StringComparison.Ordinal)));
        if (!valid)
        {
            throw new InvalidValueException("Failed to parse property value as IPv6Address");
        }

        var compressed = IPv6Text.Compress(IPAddress.Parse(parts[0]).GetAddressBytes());
        return PropertyValue.Of(parts.Length == 1 ? compressed : compressed + "%" + parts[1]);
    }

    /// <summary>A UUID in any of the usual spellings.</summary>
    public static PropertyValue Uuid(PropertyInput input)
    {
        var digits = input.Text.Replace("urn:", "", StringComparison.Ordinal).Replace("uuid:", "", StringComparison.Ordinal)
            .Trim('{', '}').Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 32 && digits.All(char.IsAsciiHexDigit)
            ? PropertyValue.Of(Guid.ParseExact(digits, "N").ToString("D", CultureInfo.InvariantCulture))
            : throw new InvalidValueException("Failed to parse property value as UUID");
    }
}
