namespace Qubes.Cqrs.Domain;

/// <summary>Names a device by where it is, by what it is, or both; each part may be <see cref="Any"/>.</summary>
/// <param name="Class">The device class.</param>
/// <param name="Backend">The name of the qube that has it.</param>
/// <param name="Port">The port id.</param>
/// <param name="Device">The device id.</param>
/// <remarks>Source: spec, devices 2.</remarks>
public readonly record struct DeviceAddress(string Class, string Backend, string Port, string Device)
{
    /// <summary>Stands for every backend, port or device.</summary>
    public const string Any = "*";

    /// <summary>Whether it names one port of one qube and one device there.</summary>
    public bool IsConcrete => Backend != Any && Port != Any && Device != Any;

    /// <summary>How closely it describes a device: 3 for port and device, 2 for the port, 1 for the device, 0 for neither.</summary>
    public int Specificity => (Port != Any ? 2 : 0) + (Device != Any ? 1 : 0);

    /// <summary>Whether the device is one that it describes.</summary>
    public bool Matches(DeviceInfo device) =>
        Class == device.Class && Fits(Backend, device.Backend) && Fits(Port, device.Port) && Fits(Device, device.Device);

    /// <summary><c>backend:port:device</c>, as messages and events show it.</summary>
    public override string ToString() => $"{Backend}:{Port}:{Device}";

    private static bool Fits(string pattern, string text) => pattern == Any || pattern == text;
}
