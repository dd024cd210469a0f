namespace Qubes.Cqrs.Domain;

/// <summary>Where a device is plugged in.</summary>
/// <param name="Class">The device class.</param>
/// <param name="Port">The port id.</param>
public sealed record DevicePort(string Class, string Port);
