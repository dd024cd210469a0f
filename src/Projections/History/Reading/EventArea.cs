using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>An area of the system, and the events that belong to it.</summary>
/// <param name="Name">Its name, as the folders of the source have it.</param>
/// <param name="Types">The aliases of its events; one that ends in <c>-</c> stands for all that begin so.</param>
/// <param name="Properties">The properties whose changes belong to it as well.</param>
public sealed record EventArea(string Name, IReadOnlyList<string> Types, IReadOnlyList<string> Properties)
{
    private const string Other = "Other";

    /// <summary>All areas; an event belongs to the first that names it.</summary>
    public static readonly IReadOnlyList<EventArea> All =
    [
        new("Labels", ["label-"], ["label"]),
        new("Properties", ["property-"], []),
        new("Features", ["feature-"], []),
        new("Tags", ["tag-"], []),
        new("Notes", ["notes-"], []),
        new("Firewall", ["firewall-"], []),
        new("Network", ["network-"], ["netvm", "default_netvm", "provides_network", "ip", "ip6", "mac"]),
        new("Devices", ["device-", "devices-"], ["devices_denied"]),
        new("Storage", ["pool-", "volume-", "volumes-", "domain-create-on-disk", "domain-remove-from-disk"], ["default_pool", "default_pool_kernel", "default_pool_private", "default_pool_root", "default_pool_volatile"]),
        new("Qubes", ["domain-add", "domain-delete"], []),
        new("Power", ["domain-"], ["autostart"]),
        new("Host", ["host-"], []),
        new("Marks", ["mark-"], []),
        new("Policy", ["policy-"], []),
    ];

    /// <summary>The area with a name in any case of letters; null when there is none.</summary>
    public static EventArea? Find(string name) => All.FirstOrDefault(area => area.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name of the area that an event type belongs to.</summary>
    public static string NameOf(string alias) => All.FirstOrDefault(area => area.Has(alias))?.Name ?? Other;

    /// <summary>The aliases of its events.</summary>
    public IReadOnlyList<string> Aliases => [.. EventCatalog.All.Select(type => type.Alias).Where(alias => NameOf(alias) == Name)];

    private bool Has(string alias) => Types.Any(type => type.EndsWith('-') ? alias.StartsWith(type, StringComparison.Ordinal) : alias == type);
}
