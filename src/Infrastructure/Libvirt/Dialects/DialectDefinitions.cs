using System.Globalization;
using System.Numerics;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Definitions in the words of the hypervisor that is connected to: those of Xen, or the little that libvirt's other drivers take.</summary>
/// <param name="xen">The definitions for Xen.</param>
/// <param name="libvirtUri">The connection.</param>
/// <remarks>Drivers other than Xen's are for trying things out: they know neither the volumes nor the network of qubes (docs/status.md).</remarks>
public sealed class DialectDefinitions(IDomainDefinitions xen, string libvirtUri) : IDomainDefinitions
{
    private readonly IDomainDialect? dialect = DomainDialects.For(libvirtUri);

    /// <inheritdoc/>
    public string Domain(World world, Qube qube) => dialect is null
        ? xen.Domain(world, qube)
        : dialect.Define(new PlainDomain(qube.Id, qube.Name, Number(world, qube, "memory"), Number(world, qube, "vcpus")));

    /// <inheritdoc/>
    public string NetworkCard(World world, Qube qube, Qube netvm) => xen.NetworkCard(world, qube, netvm);

    /// <inheritdoc/>
    public string BlockTarget(World world, Qube qube, DeviceAssignment assignment, IReadOnlySet<string> used) => xen.BlockTarget(world, qube, assignment, used);

    /// <inheritdoc/>
    public string BlockDevice(World world, DeviceAssignment assignment, string target) => xen.BlockDevice(world, assignment, target);

    /// <inheritdoc/>
    public string PciDevice(World world, DeviceAssignment assignment) => xen.PciDevice(world, assignment);

    private static int Number(World world, Qube qube, string property) => PropertyValues.Get(world, qube, property)?.AsInteger() is { } number && number <= int.MaxValue
        ? (int)BigInteger.Max(number, BigInteger.One)
        : throw new InvalidValueException(string.Create(CultureInfo.InvariantCulture, $"{property} of {qube.Name} is more than a domain can have"));
}
