using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the hypervisor is told of qubes and devices: XML for <see cref="IHypervisor.DefineAsync"/>, <see cref="IHypervisor.AttachAsync"/>
/// and <see cref="IHypervisor.DetachAsync"/>.</summary>
/// <remarks>Source: spec, lifecycle.md 9.</remarks>
public interface IDomainDefinitions
{
    /// <summary>The definition of a qube that is about to start.</summary>
    /// <exception cref="DomainException">Something that the start needs is missing, or the user's template cannot be used.</exception>
    string Domain(World world, Qube qube);

    /// <summary>The network card that connects a qube to a provider.</summary>
    /// <exception cref="DomainException">A value cannot be put down.</exception>
    string NetworkCard(World world, Qube qube, Qube netvm);

    /// <summary>The name under which a running qube is to see a block device, unless the user named one.</summary>
    /// <param name="world">The world.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="assignment">The device and its options.</param>
    /// <param name="used">The names that its disks have now.</param>
    /// <exception cref="RefusedException">Every name is taken.</exception>
    string BlockTarget(World world, Qube qube, DeviceAssignment assignment, IReadOnlySet<string> used);

    /// <summary>A block device under a name of the qube's.</summary>
    /// <exception cref="DomainException">The device is not there, or an option is wrong.</exception>
    string BlockDevice(World world, DeviceAssignment assignment, string target);

    /// <summary>A PCI device.</summary>
    /// <exception cref="RefusedException">The host has no such device.</exception>
    string PciDevice(World world, DeviceAssignment assignment);

    /// <summary>A device that is attached by hand, or when it appears: a PCI device, or a block device that has the name of its frontend.</summary>
    /// <exception cref="DomainException">It is not there, or an option is wrong.</exception>
    string Device(World world, DeviceAssignment assignment) => assignment.Class == Qubes.Cqrs.Domain.PciDevice.Class
        ? PciDevice(world, assignment)
        : BlockDevice(world, assignment, BlockOptions.Find(assignment, BlockFrontends.Option) ?? "");
}
