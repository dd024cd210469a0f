using System.Numerics;

namespace Qubes.Cqrs.Domain;

/// <summary>What setters accept beyond the type.</summary>
/// <remarks>Source: spec, properties.yaml, the entries named by the methods.</remarks>
public static class PropertyChecks
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const int InterfaceLength = 7;

    /// <summary>A number above 0.</summary>
    public static PropertyValue Positive(PropertyInput input, PropertyValue value) => value.AsInteger() > BigInteger.Zero
        ? value
        : throw new InvalidPropertyValueException($"{input.Property.Name} must be positive");

    /// <summary>A number that is not below 0.</summary>
    public static PropertyValue PositiveOrZero(PropertyInput input, PropertyValue value) => value.AsInteger() >= BigInteger.Zero
        ? value
        : throw new InvalidPropertyValueException($"{input.Property.Name} must be positive or zero");

    /// <summary>A user's name.</summary>
    public static PropertyValue UserName(PropertyInput input, PropertyValue value) =>
        input.Text.All(character => char.IsAsciiLetterOrDigit(character) || "_-+,.".Contains(character, StringComparison.Ordinal))
            ? value
            : throw new InvalidPropertyValueException($"Username can contain only those characters: {Letters}{Digits}_-+,.");

    /// <summary>Device interface codes, returned sorted and each once.</summary>
    public static PropertyValue Interfaces(PropertyInput input, PropertyValue value)
    {
        var text = input.Text;
        if (text.Length % InterfaceLength != 0)
        {
            throw new InvalidValueException($"Invalid length of interfaces={PythonText.Repr(text)} (is {text.Length}, expected multiple of 7)");
        }

        var codes = text.Chunk(InterfaceLength).Select(code => new string(code)).ToList();
        return codes.All(IsInterface)
            ? PropertyValue.Of(string.Concat(codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)))
            : throw new InvalidPropertyValueException(
                "Interface code list should be in the form chhhhhhchhhhhh...," +
                "where c is one of \"b\", \"u\", \"m\", \"p\", \"*\" and h is a hexdigit or \"*\".");
    }

    /// <summary>The name of a kernel.</summary>
    public static PropertyValue Kernel(PropertyInput input, PropertyValue value) => input.Text.Contains('/', StringComparison.Ordinal)
        ? throw new InvalidPropertyValueException("Kernel name cannot contain '/'")
        : value;

    /// <summary>Kernel options.</summary>
    public static PropertyValue KernelOptions(PropertyInput input, PropertyValue value) => input.Text.Length > KernelDefaults.MaxOptions
        ? throw new InvalidPropertyValueException("Kernelopts value too long (512 chars max)")
        : value;

    /// <summary>A network address of a card: six pairs of hexadecimal digits, kept in lower case.</summary>
    public static PropertyValue Mac(PropertyInput input, PropertyValue value)
    {
        var parts = input.Text.ToLowerInvariant().Split(':');
        return parts.Length == 6 && parts.All(part => part.Length == 2 && part.All(char.IsAsciiHexDigit))
            ? PropertyValue.Of(string.Join(':', parts))
            : throw new InvalidValueException("Invalid MAC address");
    }

    /// <summary>A virtualisation mode.</summary>
    public static PropertyValue VirtMode(PropertyInput input, PropertyValue value)
    {
        var mode = input.Text.ToLowerInvariant();
        if (mode is not ("hvm" or "pv" or "pvh"))
        {
            throw new InvalidPropertyValueException("Invalid virtualization mode, supported values: hvm, pv, pvh");
        }

        return mode == "pvh" && input.Holder!.Devices.Any(device => device.Class == "pci") // a property of qubes
            ? throw new InvalidPropertyValueException("pvh mode can't be set if pci devices are assigned")
            : PropertyValue.Of(mode);
    }

    /// <summary>A qube from which disposables are made, or none.</summary>
    public static PropertyValue DisposableTemplate(PropertyInput input, PropertyValue value)
    {
        if (input.World.Find(value.AsQube()) is not { } template || Templates.IsForDisposables(template))
        {
            return value;
        }

        var holder = input.Holder is { } qube ? "qube " + PythonText.Repr(qube.Name) : "system";
        throw new InvalidPropertyValueException(
            $"Cannot set invalid property to {holder}, {input.Property.Name} {PythonText.Repr(template.Name)} has template_for_dispvms set to False");
    }

    /// <summary>A template for a disposable.</summary>
    public static PropertyValue TemplateOfDisposable(PropertyInput input, PropertyValue value) =>
        input.World.Find(value.AsQube()) is { } template && Templates.IsForDisposables(template)
            ? value
            : throw new InvalidPropertyValueException("template for disposable must have template_for_dispvms=True");

    /// <summary>A qube to get the network from, or none.</summary>
    public static PropertyValue NetVm(PropertyInput input, PropertyValue value)
    {
        if (input.World.Find(value.AsQube()) is not { } netvm)
        {
            return value;
        }

        if (!NetworkValues.ProvidesNetwork(netvm))
        {
            throw new InvalidValueException($"The {netvm.Name} qube does not provide network");
        }

        return NetworkValues.LeadsTo(input.World, netvm, input.Holder!.Id) // a property of qubes
            ? throw new InvalidValueException("Loops in network are unsupported")
            : value;
    }

    /// <summary>A default for the network, or none, that makes no loop for those who follow the default.</summary>
    public static PropertyValue DefaultNetVm(PropertyInput input, PropertyValue value)
    {
        if (input.World.Find(value.AsQube()) is not { } netvm)
        {
            return value;
        }

        foreach (var qube in input.World.InOrder())
        {
            if (NetworkDefaults.Follows(qube) && NetworkValues.LeadsTo(input.World, netvm, qube.Id))
            {
                throw new InvalidPropertyValueException($"Network loop on {PythonText.Repr(qube.Name)}");
            }
        }

        return value;
    }

    /// <summary>Whether the qube gives network; not taken away while others use it.</summary>
    public static PropertyValue ProvidesNetwork(PropertyInput input, PropertyValue value) =>
        value == PropertyValue.False && NetworkValues.Clients(input.World, input.Holder!).Any() // a property of qubes
            ? throw new InvalidValueException("The qube is still used by other qubes, change theirs 'netvm' first")
            : value;

    private static bool IsInterface(string code) =>
        "bump*".Contains(code[0], StringComparison.Ordinal) && code.AsSpan(1).IndexOfAnyExcept("0123456789abcdef*") < 0;
}
