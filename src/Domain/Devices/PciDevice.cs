namespace Qubes.Cqrs.Domain;

/// <summary>A PCI device of the host.</summary>
/// <param name="Port">Its path from the root bus, <c>00_1c.0-00_00.0</c>.</param>
/// <param name="Address">Its address at present, <c>0000:02:00.0</c>.</param>
/// <param name="ClassCode">Class, subclass and programming interface in six hexadecimal digits.</param>
/// <param name="VendorId">The vendor's id, <c>0x8086</c>.</param>
/// <param name="ProductId">The product's id.</param>
/// <remarks>Source: spec, devices 5.</remarks>
public sealed record PciDevice(string Port, string Address, string ClassCode, string VendorId, string ProductId)
{
    private const string IdentityCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    /// <summary>The device class.</summary>
    public const string Class = "pci";

    /// <summary>The vendor's name, or null.</summary>
    public string? Vendor { get; init; }

    /// <summary>The product's name, or null.</summary>
    public string? Product { get; init; }

    /// <summary>The device as dom0 offers it.</summary>
    public DeviceInfo ToInfo(string backend)
    {
        var code = "p" + ClassCode;
        return new DeviceInfo(Class, backend, Port, $"{Identity(VendorId)}:{Identity(ProductId)}::{code}", code)
        {
            Vendor = Vendor is null ? null : DeviceText.Sanitise(Vendor),
            Product = Product is null ? null : DeviceText.Sanitise(Product),
            Data = [new("sbdf", Address)],
        };
    }

    private static string Identity(string id) => id.Length == 0 ? "0000" : DeviceText.Sanitise(id, IdentityCharacters);
}
