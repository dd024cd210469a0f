namespace Qubes.Cqrs.Domain;

/// <summary>The options with which a block device is attached.</summary>
/// <remarks>Source: spec, devices 6.</remarks>
public static class BlockOptions
{
    /// <summary>Refuses options that a block device does not take.</summary>
    /// <exception cref="InvalidValueException">One of them is wrong.</exception>
    public static void Check(IReadOnlyList<NamedText> options, bool isReadOnly)
    {
        foreach (var option in options)
        {
            Check(option, isReadOnly);
        }
    }

    /// <summary>The value of an option, or null.</summary>
    public static string? Find(DeviceAssignment assignment, string option) =>
        assignment.Options.FirstOrDefault(candidate => candidate.Name == option).Value;

    /// <summary>Whether the qube sees it as a drive for discs.</summary>
    public static bool IsCdRom(DeviceAssignment assignment) => Find(assignment, "devtype") == "cdrom";

    /// <summary>Whether the qube cannot write to it.</summary>
    public static bool IsReadOnly(DeviceAssignment assignment) =>
        Find(assignment, "read-only") is { } value && PropertyParsers.TryBoolean(value) == true;

    private static void Check(NamedText option, bool isReadOnly)
    {
        switch (option.Name)
        {
            case "frontend-dev" when !option.Value.StartsWith("xvd", StringComparison.Ordinal) && !option.Value.StartsWith("sd", StringComparison.Ordinal):
                throw new InvalidValueException($"Invalid frontend-dev option value: {option.Value}");
            case "read-only" when PropertyParsers.TryBoolean(option.Value) is null:
                throw new InvalidValueException($"Invalid literal for boolean property: {PythonText.Repr(option.Value)}");
            case "read-only" when isReadOnly && PropertyParsers.TryBoolean(option.Value) == false:
                throw new InvalidValueException("This device can be attached only read-only");
            case "devtype" when option.Value is not ("disk" or "cdrom"):
                throw new InvalidValueException("devtype option can only have 'disk' or 'cdrom' value");
            case "frontend-dev" or "read-only" or "devtype":
                return;
            default:
                throw new InvalidValueException($"Unsupported option {option.Name}");
        }
    }
}
