namespace Qubes.Cqrs.Domain;

/// <summary>The devices that qubes offer, as far as they were observed.</summary>
/// <remarks>A qube other than dom0 offers devices while it runs. Source: spec, devices 1.</remarks>
public static class KnownDevices
{
    /// <summary>The device classes of this system, in the order of the API.</summary>
    public static readonly EquatableArray<string> Classes = [BlockDevice.Class, PciDevice.Class];

    /// <summary>The devices of a class that a qube offers.</summary>
    public static IEnumerable<DeviceInfo> Of(World world, Qube backend, string @class) => (backend.IsDom0, @class) switch
    {
        (true, PciDevice.Class) => world.Host.PciDevices.Select(device => device.ToInfo(backend.Name)),
        (_, BlockDevice.Class) => OfferedBlocks(world, backend) is var offered ? offered.Select(device => device.ToInfo(backend.Name, offered)) : [],
        _ => [],
    };

    /// <summary>The block devices that a qube offers, as it told them.</summary>
    public static EquatableArray<BlockDevice> OfferedBlocks(World world, Qube backend) =>
        backend.IsDom0 ? world.Host.BlockDevices : PowerStates.Active(world, backend.Id)?.Offered ?? [];

    /// <summary>The qubes that may offer devices: dom0 and those that run, in the order of the API.</summary>
    public static IEnumerable<Qube> Backends(World world) => world.Find(QubeId.Dom0) is { } dom0 ? PowerStates.ActiveQubes(world).Prepend(dom0) : [];

    /// <summary>All devices that an address describes.</summary>
    public static IEnumerable<DeviceInfo> Matching(World world, DeviceAddress address)
    {
        IEnumerable<Qube> backends = address.Backend == DeviceAddress.Any ? Backends(world) : world.Find(address.Backend) is { } named ? [named] : [];
        return backends.SelectMany(backend => Of(world, backend, address.Class)).Where(device => address.Matches(device));
    }
}
