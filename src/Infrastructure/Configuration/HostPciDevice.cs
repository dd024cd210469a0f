namespace Qubes.Cqrs.Infrastructure;

/// <summary>A PCI device of a described host.</summary>
/// <param name="Address">Its address, <c>0000:00:02.0</c>.</param>
public sealed record HostPciDevice(string Address)
{
    /// <summary>The address of the bridge that it lies behind, or null.</summary>
    public string? Behind { get; init; }

    /// <summary>Its class, <c>0x030000</c>.</summary>
    public string Class { get; init; } = "0x000000";

    /// <summary>The vendor's id, <c>0x8086</c>.</summary>
    public string VendorId { get; init; } = "";

    /// <summary>The vendor's name.</summary>
    public string VendorName { get; init; } = "";

    /// <summary>The product's id.</summary>
    public string ProductId { get; init; } = "";

    /// <summary>The product's name.</summary>
    public string ProductName { get; init; } = "";

    /// <summary>The bus behind it, when it is a bridge.</summary>
    public int? SecondaryBus { get; init; }
}
