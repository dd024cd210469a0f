using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>A device that a qube offers to others.</summary>
/// <param name="Class">The device class.</param>
/// <param name="Backend">The name of the qube that has it.</param>
/// <param name="Port">The port id.</param>
/// <param name="Device">The device id.</param>
/// <param name="Interfaces">The codes of its interfaces, one after the other.</param>
/// <remarks>Source: spec, devices 2 and 3.</remarks>
public sealed record DeviceInfo(string Class, string Backend, string Port, string Device, string Interfaces)
{
    /// <summary>Who made it, when known.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Its name, when known.</summary>
    public string? Name { get; init; }

    /// <summary>What product it is, when known.</summary>
    public string? Product { get; init; }

    /// <summary>Its serial number, when known.</summary>
    public string? Serial { get; init; }

    /// <summary>Who sold it, when known.</summary>
    public string? Vendor { get; init; }

    /// <summary>The device that it is a part of, when there is one.</summary>
    public DevicePort? Parent { get; init; }

    /// <summary>The name of the qube that it is attached to, where lists show that.</summary>
    public string? Attachment { get; init; }

    /// <summary>What else its class knows of it.</summary>
    public EquatableArray<NamedText> Data { get; init; } = [];

    /// <summary>Its full address.</summary>
    public DeviceAddress Address => new(Class, Backend, Port, Device);

    /// <summary>The device as the list of available ones shows it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder()
            .Append(DeviceText.Pair("device_id", Device)).Append(' ')
            .Append(DeviceText.Pair("port_id", Port)).Append(' ')
            .Append(DeviceText.Pair("devclass", Class)).Append(' ')
            .Append(DeviceText.Pair("backend_domain", Backend)).Append(' ')
            .AppendJoin(' ', Texts().Select(entry => DeviceText.Pair(entry.Name, entry.Value)));
        if (Attachment is { } attachment)
        {
            text.Append(' ').Append(DeviceText.Pair("attachment", attachment));
        }

        text.Append(' ').Append(DeviceText.Pair("interfaces", Interfaces));
        if (Parent is { } parent)
        {
            text.Append(' ').Append(DeviceText.Pair("parent_port_id", parent.Port)).Append(' ').Append(DeviceText.Pair("parent_devclass", parent.Class));
        }

        foreach (var entry in Data)
        {
            text.Append(' ').Append(DeviceText.Pair("_" + entry.Name, entry.Value));
        }

        return text.ToString();
    }

    /// <summary>The texts about it that are known, by name.</summary>
    public IEnumerable<NamedText> Texts()
    {
        (string Name, string? Value)[] texts =
            [("manufacturer", Manufacturer), ("name", Name), ("product", Product), ("serial", Serial), ("vendor", Vendor)];
        return texts.Where(text => text.Value is not null).Select(text => new NamedText(text.Name, text.Value!)); // not null
    }
}

