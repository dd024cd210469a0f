namespace Qubes.Cqrs.Domain;

/// <summary>A block device that a qube announces.</summary>
/// <param name="Port">Its name, <c>sda1</c>.</param>
/// <param name="Model">What it is, or null.</param>
/// <param name="Label">The label of what is on it, or null.</param>
/// <param name="IsReadOnly">Whether it cannot be written.</param>
/// <param name="Parent">The device that it is a part of, or null.</param>
/// <remarks>Source: spec, devices 6; qubesdb 5.</remarks>
public sealed record BlockDevice(string Port, string? Model, string? Label, bool IsReadOnly, DevicePort? Parent)
{
    /// <summary>The device class.</summary>
    public const string Class = "block";

    /// <summary>Which interface of the parent it is, <c>1.0</c>; null when the parent has none.</summary>
    public string? ParentInterface { get; init; }

    /// <summary>The code of its interface.</summary>
    public const string Interface = "b******";

    // A partition on a disk on a controller; what goes deeper was made up.
    private const int DeepestParent = 4;

    /// <summary>The device as the qube offers it.</summary>
    /// <param name="backend">The name of the qube.</param>
    /// <param name="siblings">All that the qube announces.</param>
    public DeviceInfo ToInfo(string backend, IReadOnlyList<BlockDevice> siblings) => new(Class, backend, Port, Identity(siblings, DeepestParent), Interface)
    {
        Manufacturer = Parent is null ? $"hosted by {backend}" : $"sub-device of {backend}:{Parent.Port}",
        Serial = Model,
        Name = Label,
        Parent = Parent,
    };

    private string Identity(IReadOnlyList<BlockDevice> siblings, int depth)
    {
        var digits = Port[Port.AsSpan().TrimEnd("0123456789").Length..];
        if (Parent is null)
        {
            return ":" + (digits.Length > 0 ? digits : "None");
        }

        var number = ParentInterface ?? (digits.Length > 0 ? digits : "None");
        var whole = depth > 0 && Parent.Class == Class ? siblings.FirstOrDefault(other => other.Port == Parent.Port) : null;
        return $"{whole?.Identity(siblings, depth - 1) ?? DeviceInterface.UnknownDevice}:{number}";
    }
}
