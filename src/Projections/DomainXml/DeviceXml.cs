using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Devices as libvirt attaches them to a running qube and detaches them: what the definition of a qube holds for them at its start.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (hot-plug fragments), devices 5 and 6.</remarks>
public static class DeviceXml
{
    /// <summary>The network card of a qube, or null when it has no network.</summary>
    /// <exception cref="DomainException">A value cannot be put down.</exception>
    public static string? Network(World world, Qube qube) => NetworkValues.NetVm(world, qube) is { } netvm ? Network(world, qube, netvm) : null;

    /// <summary>The network card of a qube as it is, or was, connected to a provider.</summary>
    /// <param name="world">The world.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="netvm">The provider, also one that the qube's <c>netvm</c> no longer names.</param>
    /// <exception cref="DomainException">A value cannot be put down.</exception>
    public static string Network(World world, Qube qube, Qube netvm) => XmlText.Of([NetworkXml.Card(world, qube, netvm)]);

    /// <summary>A block device.</summary>
    /// <param name="world">The world.</param>
    /// <param name="assignment">The device and its options.</param>
    /// <param name="target">The name under which the qube sees it: <see cref="Target"/>, or what it was attached as.</param>
    /// <exception cref="DomainException">The device is not there, or an option is wrong.</exception>
    public static string Block(World world, DeviceAssignment assignment, string target) =>
        XmlText.Of([DiskXml.Device(world, assignment, RequiredDevices.Find(world, assignment), target)]);

    /// <summary>The name under which a running qube sees a block device that is attached now.</summary>
    /// <param name="world">The world.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="assignment">The device and its options.</param>
    /// <param name="used">The names that its disks have now.</param>
    /// <exception cref="RefusedException">Every name is taken.</exception>
    public static string Target(World world, Qube qube, DeviceAssignment assignment, IReadOnlySet<string> used) =>
        BlockFrontends.For(assignment, used, QubeKernel.Name(world, qube).Length > 0);

    /// <summary>A PCI device.</summary>
    /// <param name="world">The world.</param>
    /// <param name="assignment">The device and its options.</param>
    /// <exception cref="RefusedException">The host has no such device.</exception>
    public static string Pci(World world, DeviceAssignment assignment) =>
        XmlText.Of([PciXml.Device(world, assignment, RequiredDevices.Find(world, assignment))]);
}
