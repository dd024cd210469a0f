using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api;

/// <summary>What the methods need beside the world: one member per service.</summary>
public sealed record AdminServices
{
    /// <summary>No services: enough to name the methods, not to call them.</summary>
    public static readonly AdminServices None = new() { Dispatcher = null!, Hub = null!, Changes = null!, Pools = null! }; // only named, never called

    /// <summary>Carries out commands.</summary>
    public required Dispatcher Dispatcher { get; init; }

    /// <summary>Tells subscribers what happens.</summary>
    public required EventHub Hub { get; init; }

    /// <summary>Tells those who follow the state.</summary>
    public required StateChanges Changes { get; init; }

    /// <summary>Knows what is on the disks of storage pools.</summary>
    public required PoolWatch Pools { get; init; }
}
