namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names of vendors and products, from the list <c>pci.ids</c> where one is installed.</summary>
/// <remarks>The list is read again only for ids that were not looked up before. Format: a vendor's id, two spaces and its name; its products
/// below it after a tab; comments start with <c>#</c>.</remarks>
public sealed class PciNames(params string[] files)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Vendor, string Product), (string? Vendor, string? Product)> known = [];

    /// <summary>Where distributions install it.</summary>
    public static readonly string[] UsualFiles = ["/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids"];

    /// <summary>The names, each null when it is not listed.</summary>
    /// <param name="vendor">The vendor's id, <c>0x8086</c>.</param>
    /// <param name="product">The product's id.</param>
    public (string? Vendor, string? Product) Find(string vendor, string product)
    {
        lock (gate)
        {
            if (!known.TryGetValue((vendor, product), out var names))
            {
                names = Read(Digits(vendor), Digits(product));
                known.Add((vendor, product), names);
            }

            return names;
        }
    }

    private (string? Vendor, string? Product) Read(string vendor, string product)
    {
        if (files.FirstOrDefault(File.Exists) is not { } list)
        {
            return (null, null);
        }

        string? vendorName = null;
        foreach (var line in File.ReadLines(list))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] != '\t')
            {
                if (vendorName is not null)
                {
                    break;
                }

                vendorName = Name(line, vendor);
            }
            else if (vendorName is not null && Name(line[1..], product) is { } productName)
            {
                return (vendorName, productName);
            }
        }

        return (vendorName, null);
    }

    private static string? Name(string line, string id) =>
        line.StartsWith(id + "  ", StringComparison.OrdinalIgnoreCase) ? line[(id.Length + 2)..].Trim() : null;

    private static string Digits(string id) => id.StartsWith("0x", StringComparison.Ordinal) ? id[2..] : id;
}
