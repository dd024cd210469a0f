using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What attaching devices works with: one member per part of the outside.</summary>
/// <param name="Hypervisor">The hypervisor.</param>
/// <param name="Databases">The qubes' databases, in which they tell of their devices.</param>
/// <param name="Notices">Tells when a qube writes there.</param>
/// <param name="Pci">The PCI devices of the host.</param>
/// <param name="Agent">Asks the user.</param>
/// <param name="Qrexec">The qrexec programs.</param>
/// <param name="Define">A device's definition as the hypervisor reads it, of an assignment that names one device; refuses by throwing a <see cref="DomainException"/>.</param>
public sealed record DevicePorts(
    IHypervisor Hypervisor,
    IQubesDb Databases,
    IDatabaseNotices Notices,
    IPciHost Pci,
    IDeviceAgent Agent,
    IQrexec Qrexec,
    Func<World, DeviceAssignment, string> Define);
