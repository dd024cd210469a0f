namespace Qubes.Cqrs.Commands;

/// <summary>What the executor works with: one member per part of the outside.</summary>
/// <param name="Hypervisor">The hypervisor.</param>
/// <param name="Memory">The memory balancer.</param>
/// <param name="Databases">The qubes' configuration channel.</param>
/// <param name="Qrexec">The qrexec programs.</param>
/// <param name="Definitions">What the hypervisor is told of qubes and devices.</param>
public sealed record PowerPorts(
    IHypervisor Hypervisor,
    IMemoryBalancer Memory,
    IQubeDatabases Databases,
    IQrexec Qrexec,
    IDomainDefinitions Definitions);
