namespace Qubes.Cqrs.Domain;

/// <summary>The device is assigned already (<c>DeviceAlreadyAssigned</c>).</summary>
public sealed class DeviceAlreadyAssignedException(DeviceAddress device, string qube)
    : DomainException($"{device.Class} device {device} already assigned to {qube}")
{
    /// <summary>The device.</summary>
    public DeviceAddress Device { get; } = device;
}

/// <summary>The device is attached already (<c>DeviceAlreadyAttached</c>).</summary>
public sealed class DeviceAlreadyAttachedException(string message) : DomainException(message);

/// <summary>The device is neither assigned nor attached (<c>DeviceNotAssigned</c>).</summary>
public sealed class DeviceNotAssignedException(string message) : DomainException(message);

/// <summary>There is no such device, or more than one (<c>DeviceNotFound</c>); it has no text.</summary>
public sealed class DeviceNotFoundException() : DomainException("");

/// <summary>A mode is none that an assignment can have (<c>QubesUnrecognizedDeviceAssignmentMode</c>).</summary>
public sealed class InvalidAssignmentModeException() : DomainException("Invalid assignment mode");
