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
        (true, BlockDevice.Class) => world.Host.BlockDevices.Select(device => device.ToInfo(backend.Name, world.Host.BlockDevices)),
        _ => [],
    };

    /// <summary>All devices that an address describes.</summary>
    public static IEnumerable<DeviceInfo> Matching(World world, DeviceAddress address)
    {
        var backends = world.InOrder().Where(qube => address.Backend == DeviceAddress.Any || address.Backend == qube.Name);
        return backends.SelectMany(backend => Of(world, backend, address.Class)).Where(device => address.Matches(device));
    }
}
