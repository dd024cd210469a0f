using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What the executor works with: one member per part of the outside.</summary>
/// <param name="Hypervisor">The hypervisor.</param>
/// <param name="Memory">The memory balancer.</param>
/// <param name="Storage">The volumes.</param>
/// <param name="Databases">The qubes' configuration channel.</param>
/// <param name="Qrexec">The qrexec programs.</param>
/// <param name="Define">The definition of a qube's domain, as the hypervisor reads it; refuses by throwing a <see cref="DomainException"/>.</param>
public sealed record PowerPorts(
    IHypervisor Hypervisor,
    IMemoryBalancer Memory,
    IQubeStorage Storage,
    IQubeDatabases Databases,
    IQrexec Qrexec,
    Func<World, Qube, string> Define)
{
    /// <summary>The network interface of a qube, as the hypervisor reads it.</summary>
    public required Func<World, Qube, string> DefineNetwork { get; init; }
}
