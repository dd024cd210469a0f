namespace Qubes.Cqrs.Domain;

/// <summary>A running qube was found to offer these block devices.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Devices">The devices by name: all of them, as far as they were understood.</param>
public sealed record DevicesObserved(QubeId Qube, string Run, EquatableArray<BlockDevice> Devices) : RunEvent(Qube, Run);

/// <summary>Nothing speaks against it: the hypervisor is asked to attach a device next.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Assignment">The device, and how.</param>
public sealed record DeviceAttachRequested(QubeId Qube, string Run, DeviceAssignment Assignment) : RunEvent(Qube, Run);

/// <summary>Nothing speaks against it: the hypervisor is asked to detach a device next.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Class">The device's class.</param>
/// <param name="Backend">The name of the qube that has it.</param>
/// <param name="Port">Where it is.</param>
public sealed record DeviceDetachRequested(QubeId Qube, string Run, string Class, string Backend, string Port) : RunEvent(Qube, Run);

/// <summary>A device was neither attached nor detached: it is where it was before somebody asked.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="Class">The device's class.</param>
/// <param name="Backend">The name of the qube that has it.</param>
/// <param name="Port">Where it is.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record DeviceWishDropped(QubeId Qube, string Run, string Class, string Backend, string Port, string Reason) : RunEvent(Qube, Run);
